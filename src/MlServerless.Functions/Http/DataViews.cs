using System.Text.Json.Nodes;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Http;

/// <summary>Data versions and their lineage as the API shows them.</summary>
internal static class DataViews
{
    /// <summary>Members of a window that are listed one by one; the number of all is told, too.</summary>
    private const int MaxMembers = 100;

    public static JsonObject Page(DataLineagePage page, ModelAlias? champion) => new()
    {
        ["data"] = new JsonArray([.. page.Arrivals.Select(arrival => Arrival(arrival, champion))]),
        ["next"] = page.Next,
    };

    private static JsonNode Arrival(DataLineage lineage, ModelAlias? champion)
    {
        DataVersionRecord arrival = lineage.Arrival;
        var view = new JsonObject
        {
            ["id"] = arrival.Id.Hex,
            ["arrivedAt"] = arrival.Source.LastModified,
            ["upload"] = new JsonObject
            {
                ["blob"] = arrival.Source.Blob,
                ["etag"] = arrival.Source.ETag,
                ["versionId"] = arrival.Source.VersionId,
                ["bytes"] = arrival.Source.Bytes,
            },
            ["bytes"] = arrival.Bytes,
            ["parts"] = arrival.Parts,
            ["verdict"] = Verdict(arrival),
            ["check"] = Check(arrival.Check),
            ["window"] = Window(lineage),
            ["runs"] = new JsonArray([.. lineage.Runs.Select(Run)]),
            ["models"] = Models(lineage.Runs, champion),
        };
        if (arrival.Opaque is { } opaque)
            view["opaque"] = new JsonObject { ["mediaType"] = opaque.MediaType, ["sha256"] = opaque.Hash.Hex };
        if (arrival.Replaces.Count > 0)
            view["replaces"] = new JsonArray([.. arrival.Replaces.Select(id => JsonValue.Create(id.Hex))]);
        if (arrival.Removed is { } removed)
            view["removed"] = new JsonObject { ["reason"] = removed.Reason, ["at"] = removed.At, ["replacedBy"] = removed.ReplacedBy?.Hex };
        return view;
    }

    /// <summary><c>passed</c>, <c>blocked</c>, or <c>unchecked</c> until a check has been recorded.</summary>
    private static string Verdict(DataVersionRecord arrival) => arrival.Check switch
    {
        null => "unchecked",
        { Blocking: true } => "blocked",
        _ => "passed",
    };

    private static JsonObject? Check(DataCheckRecord? check) => check is null ? null : new JsonObject
    {
        ["dataVersion"] = check.DataVersion.Hex,
        ["runId"] = check.RunId,
        ["rows"] = check.Rows,
        ["rejectedRows"] = check.RejectedRows,
        ["uploadRows"] = check.RowsOfUpload,
        ["entersWindows"] = check.EntersWindows,
        ["reportHash"] = check.ReportHash.Hex,
        ["schemaHash"] = check.SchemaHash?.Hex,
        ["profileHash"] = check.ProfileHash?.Hex,
    };

    private static JsonObject? Window(DataLineage lineage)
    {
        if (lineage is not { Window: { } window, Composition: { } composition })
            return null;
        var view = new JsonObject
        {
            ["window"] = window.Window,
            ["dataVersion"] = window.DataVersion.Hex,
            ["uploads"] = window.Uploads,
            ["from"] = DataOrder.TimeOf(composition.Uploads[0].Order),
            ["to"] = DataOrder.TimeOf(composition.Uploads[^1].Order),
            ["composition"] = window.Composition.Hex,
        };

        // The newest, for a window may hold thousands; the composition holds them all.
        view["newest"] = new JsonArray([.. composition.Uploads.Reverse().Take(MaxMembers).Select(member => JsonValue.Create(member.DataVersion.Hex))]);
        return view;
    }

    private static JsonNode Run(RunRecord run) => new JsonObject
    {
        ["id"] = run.Id,
        ["status"] = Views.Status(run.Status),
        ["trigger"] = run.Trigger,
        ["claimedAt"] = run.ClaimedAt,
        ["endedAt"] = run.EndedAt,
        ["dataVersion"] = run.DataVersion?.Hex,
        ["specHash"] = run.SpecHash?.Hex,
    };

    private static JsonArray Models(IReadOnlyList<RunRecord> runs, ModelAlias? champion) =>
    [
        .. runs
            .Where(run => run.Model is not null)
            .GroupBy(run => run.Model!)
            .OrderBy(model => model.Key.Version)
            .Select(model => new JsonObject
            {
                ["name"] = model.Key.Name,
                ["version"] = model.Key.Version,
                ["hash"] = model.Key.Hash.Hex,
                ["runs"] = new JsonArray([.. model.Select(run => JsonValue.Create(run.Id))]),
                ["promoted"] = model.Any(run => run.Promotion is { Promoted: true }),
                ["isChampion"] = champion?.Version == model.Key.Version,
            }),
    ];
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Http;

/// <summary>Records as the API shows them.</summary>
internal static class Views
{
    /// <summary>Fields that only the machinery needs.</summary>
    public static readonly string[] Internal = ["openSteps", "startedAttempt", "requestedDataVersion", "dataOrder", "hasEnded", "ref", "traces"];

    public static JsonObject Run(RunRecord run)
    {
        JsonObject view = JsonSerializer.SerializeToNode(run, PipelineJson.Default.RunRecord)!.AsObject();
        foreach (string field in Internal)
            view.Remove(field);
        return view;
    }

    public static string Status(RunStatus status) => JsonSerializer.SerializeToNode(status, PipelineJson.Default.RunStatus)!.GetValue<string>();

    /// <summary>Whether a step used what an earlier run had made, and if not why.</summary>
    public static JsonNode Cache(StageTrace trace) => new JsonObject
    {
        ["stage"] = trace.Stage,
        ["part"] = trace.Part,
        ["result"] = trace.Cache,
        ["run"] = trace.CacheRun,
        ["differs"] = trace.Missed is null ? null : new JsonArray([.. trace.Missed.Select(field => JsonValue.Create(field))]),
    };

    public static JsonNode Rejected(RejectedUpload upload) => JsonSerializer.SerializeToNode(upload, PipelineJson.Default.RejectedUpload)!;

    public static JsonObject Model(string name, IEnumerable<ModelVersion> versions, IEnumerable<ModelAlias> aliases, IEnumerable<PromotionLogEntry> log) => new()
    {
        ["name"] = name,
        ["aliases"] = Aliases(aliases),
        ["versions"] = new JsonArray([.. versions.Select(Version)]),
        ["log"] = new JsonArray([.. log.Select(LogEntry)]),
    };

    /// <summary>Name → version.</summary>
    public static JsonObject Aliases(IEnumerable<ModelAlias> aliases) =>
        new(aliases.Select(alias => KeyValuePair.Create(alias.Name, (JsonNode?)JsonValue.Create(alias.Version))));

    public static JsonNode Alias(string model, ModelAlias alias) => new JsonObject
    {
        ["model"] = model,
        ["alias"] = alias.Name,
        ["version"] = alias.Version,
        ["hash"] = alias.Hash.Hex,
        ["since"] = alias.Since,
        ["runId"] = alias.RunId,
        ["logSequence"] = alias.LogSequence,
        ["etag"] = alias.ETag,
    };

    /// <summary>The columns that a model relies on most first; null for a model that does not tell.</summary>
    public static JsonNode? Importance(ModelImportance? importance) => importance is null ? null : new JsonObject
    {
        ["rows"] = importance.Rows,
        ["columns"] = new JsonArray([.. importance.Inputs.OrderByDescending(input => input.MeanAbsolute).ThenBy(input => input.Name, StringComparer.Ordinal).Select(input =>
        {
            var entry = new JsonObject { ["column"] = input.Name, ["meanAbsolute"] = input.MeanAbsolute };
            if (input.Gain is { } gain)
                entry["gain"] = gain;
            return (JsonNode)entry;
        })]),
    };

    public static JsonObject Drift(StoredDriftReport stored)
    {
        JsonObject view = JsonSerializer.SerializeToNode(stored.Report, PipelineJson.Default.DriftReport)!.AsObject();
        view["reportHash"] = stored.Entry.ReportHash.Hex;
        view["createdAt"] = stored.Entry.CreatedAt;
        view["trigger"] = stored.Entry.Trigger;
        if (stored.Entry.Action is { } action)
            view["action"] = new JsonObject { ["kind"] = action.Kind, ["reason"] = action.Reason, ["runId"] = action.RunId };
        return view;
    }

    /// <exception cref="ProblemException">400: not a data version id.</exception>
    public static ContentHash? DataVersion(string? text)
    {
        if (text is null)
            return null;
        return ContentHash.TryParse(text, out ContentHash hash)
            ? hash
            : throw ProblemException.BadRequest("'dataVersion' is not a data version id.", "An id is 64 lower-case hex digits; GET /api/pipelines/{name}/runs shows that of every run.");
    }

    public static JsonNode Alert(Alert alert)
    {
        JsonObject view = JsonSerializer.SerializeToNode(alert, PipelineJson.Default.Alert)!.AsObject();
        view.Remove("announced");
        view["state"] = alert.ResolvedAt is null ? "open" : "resolved";
        return view;
    }

    public static JsonObject Version(ModelVersion version)
    {
        JsonObject view = JsonSerializer.SerializeToNode(version, PipelineJson.Default.ModelVersion)!.AsObject();
        view.Remove("dataOrder");
        view.Remove("model");
        view["runId"] = version.Runs[0];
        return view;
    }

    public static JsonNode LogEntry(PromotionLogEntry entry)
    {
        JsonObject view = JsonSerializer.SerializeToNode(entry, PipelineJson.Default.PromotionLogEntry)!.AsObject();
        view["hash"] = entry.ComputeHash().Hex;
        return view;
    }
}

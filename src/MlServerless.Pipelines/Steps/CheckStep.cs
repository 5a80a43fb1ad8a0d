using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Merges the scans into schema, profile and report. A blocking finding ends the run as rejected; the data version stays.</summary>
public sealed class CheckStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataVersionReader reader, DataCatalog catalog)
{
    /// <summary>Findings that more data may mend: they are about how many rows there are, not about what the rows are.</summary>
    private static readonly HashSet<string> MoreRowsMend = new(StringComparer.Ordinal) { FindingCodes.TooFewRows, FindingCodes.SingleClass };

    /// <param name="scans">The stored scans, in the order of the parts.</param>
    /// <returns>Whether the data may be trained on.</returns>
    public Task<bool> RunAsync(RunRef run, IReadOnlyList<ContentHash> scans, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "check", null, step => CheckAsync(step, scans), cancellationToken);

    private async Task<bool> CheckAsync(StepContext step, IReadOnlyList<ContentHash> scanHashes)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        OpenedDataVersion data = await reader.OpenAsync(step.Record.DataVersion!.Value, spec, step.CancellationToken);
        if (data.IsUnreadable)
        {
            CheckReport findings = CheckReport.Of(data.FormatFindings);
            ContentHash unreadable = await StoreAsync(findings, step);
            await RecordAsync(step, findings, [], check => check with { ReportHash = unreadable });
            await step.TraceAsync(Key(step, scanHashes, null), new Dictionary<string, ContentHash>(StringComparer.Ordinal) { ["report"] = unreadable });
            return await EndAsync(step, blocking: true, record => record with { ReportHash = unreadable });
        }

        var scans = new List<PartScan>();
        foreach (ContentHash hash in scanHashes)
            scans.Add(PartScan.Parse(await storage.Content.ReadAsync(hash, step.CancellationToken)));
        PartScan scan = PartScan.Merge(scans);
        DataSchema schema = SchemaInference.Infer(scan, SchemaRules.Declared(spec).Columns.ToDictionary(column => column.Name, StringComparer.Ordinal));
        PreviousFigures? figures = await FindPreviousAsync(step);
        PreviousVersion? previous = await ReadPreviousAsync(figures, step);
        CheckReport report = DataChecks.Check(scan, schema, Context(spec, schema, previous)).With(data.FormatFindings).WithSeverities(spec.Checks.Severities);
        if (previous?.Report is { } before)
            report = report.Since(before, previous.Id);
        ContentHash schemaHash = await storage.Content.PutAsync(schema.ToCanonicalJson(), step.CancellationToken);
        ContentHash profileHash = await storage.Content.PutAsync(DataProfile.From(scan, schema, spec.Label).ToCanonicalJson(), step.CancellationToken);
        ContentHash sketchHash = await storage.Content.PutAsync(TableSketch.Of(scan, schema).ToCanonicalJson(), step.CancellationToken);
        ContentHash reportHash = await StoreAsync(report, step);
        await RecordAsync(step, report, scans, check => check with { ReportHash = reportHash, SchemaHash = schemaHash, ProfileHash = profileHash, SketchHash = sketchHash });
        var outputs = new Dictionary<string, ContentHash>(StringComparer.Ordinal) { ["schema"] = schemaHash, ["profile"] = profileHash, ["sketch"] = sketchHash, ["report"] = reportHash };
        await step.TraceAsync(Key(step, scanHashes, previous is null ? null : figures), outputs);
        return await EndAsync(step, report.Blocking, record => record with { SchemaHash = schemaHash, ProfileHash = profileHash, SketchHash = sketchHash, ReportHash = reportHash });
    }

    /// <summary>A repetition goes on, whatever was found, to be compared.</summary>
    private static async Task<bool> EndAsync(StepContext step, bool blocking, Func<RunRecord, RunRecord> withReport)
    {
        if (blocking && step.Record.Mode != ModelMode.Verification)
            await step.EndRunAsync(RunStatus.Rejected, withReport);
        else
            await step.UpdateAsync(withReport);
        return !blocking;
    }

    private static StageKey Key(StepContext step, IReadOnlyList<ContentHash> scans, PreviousFigures? previous) => StageKey.Of(
        "check",
        null,
        ("spec", step.Record.SpecHash),
        ("dataVersion", step.Record.DataVersion),
        ("scans", ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', scans)))),
        (PreviousFigures.VersionField, previous?.Version),
        (PreviousFigures.ProfileField, previous?.Profile),
        (PreviousFigures.SketchField, previous?.Sketch),
        (PreviousFigures.ReportField, previous?.Report));

    /// <summary>The version before, whose own check is done: the run has waited for it. Null where there is none. For a repetition, the one that the run had.</summary>
    private async Task<PreviousFigures?> FindPreviousAsync(StepContext step)
    {
        if (step.Record.Verifies is { } verified)
        {
            RunRecord? first = await runner.FindAsync(step.Record.Pipeline, verified, step.CancellationToken);
            return PreviousFigures.Of(first?.Traces.FirstOrDefault(trace => trace.Stage == "check"));
        }

        DataVersionRecord? previous = await catalog.FindPreviousAsync(step.Record.Pipeline, step.Record.DataOrder, step.CancellationToken);
        return previous?.Check is { ProfileHash: { } profile, SketchHash: { } sketch } check ? new PreviousFigures(check.DataVersion, profile, sketch, check.ReportHash) : null;
    }

    /// <summary>Null where there is none, or its figures went with erased rows.</summary>
    private async Task<PreviousVersion?> ReadPreviousAsync(PreviousFigures? previous, StepContext step)
    {
        if (previous is null)
            return null;
        try
        {
            return new PreviousVersion(
                DataProfile.Parse(await storage.Content.ReadAsync(previous.Profile, step.CancellationToken)),
                TableSketch.Parse(await storage.Content.ReadAsync(previous.Sketch, step.CancellationToken)),
                CheckReport.Parse(await storage.Content.ReadAsync(previous.Report, step.CancellationToken)),
                previous.Version);
        }
        catch (ContentMissingException)
        {
            return null;
        }
    }

    private static CheckContext Context(PipelineSpec spec, DataSchema schema, PreviousVersion? previous) => new()
    {
        Label = spec.Label,
        Classification = spec.IsClassification,
        MaximumClasses = spec.Task == LearningTask.Binary ? 2 : null,
        PositiveClass = spec.PositiveClass,
        Key = spec.Key,
        Features = SchemaRules.Features(spec, schema),
        Excluded = spec.Features.Exclude,
        MinimumRows = spec.Checks.MinimumRows,
        ToleratedFraction = spec.Checks.ToleratedFraction,
        MaxDuplicateFraction = spec.Checks.MaxDuplicateFraction,
        LeakScore = spec.Checks.LeakScore,
        Rules = SchemaRules.RowRules(spec),
        Previous = previous,
        Shift = spec.Checks.Shift,
        LeastRowRatio = spec.Checks.LeastRowRatio,
        MostRowRatio = spec.Checks.MostRowRatio,
    };

    private async Task RecordAsync(StepContext step, CheckReport report, IReadOnlyList<PartScan> scans, Func<DataCheckRecord, DataCheckRecord> withHashes)
    {
        // What the data are held to is the pipeline's own spec.
        if (step.Record.IsAside)
            return;

        // Of a window, also of one that was chosen, the parts of the arrival are the last.
        DataVersionRecord? arrival = await catalog.FindArrivalAsync(step.Record.Pipeline, step.Record.DataOrder, step.CancellationToken);
        bool isWindow = arrival is not null && arrival.Id != step.Record.DataVersion;
        var check = new DataCheckRecord
        {
            DataVersion = step.Record.DataVersion!.Value,
            RunId = step.Record.Id,
            SpecHash = step.Record.SpecHash!.Value,
            ReportHash = default,
            Blocking = report.Blocking,
            Rows = report.Rows,
            RejectedRows = report.RejectedRows,
            UploadRows = isWindow ? scans.TakeLast(arrival!.Parts).Sum(scan => scan.RowCount) : null,
            LacksOnlyRows = report.Blocking && report.Findings.All(finding => finding.Severity != Severity.Blocking || MoreRowsMend.Contains(finding.Code)),
        };
        await catalog.RecordCheckAsync(step.Record.Pipeline, step.Record.DataOrder, withHashes(check), step.CancellationToken);
    }

    private Task<ContentHash> StoreAsync(CheckReport report, StepContext step) =>
        storage.Content.PutAsync(report.ToCanonicalJson(), step.CancellationToken);
}

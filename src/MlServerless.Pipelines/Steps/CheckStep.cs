using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
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
            await step.EndRunAsync(RunStatus.Rejected, record => record with { ReportHash = unreadable });
            return false;
        }

        var scans = new List<PartScan>();
        foreach (ContentHash hash in scanHashes)
            scans.Add(PartScan.Parse(await storage.Content.ReadAsync(hash, step.CancellationToken)));
        PartScan scan = PartScan.Merge(scans);
        DataSchema schema = SchemaInference.Infer(scan, SchemaRules.Declared(spec).Columns.ToDictionary(column => column.Name, StringComparer.Ordinal));
        PreviousVersion? previous = await FindPreviousAsync(step);
        CheckReport report = DataChecks.Check(scan, schema, Context(spec, schema, previous)).With(data.FormatFindings).WithSeverities(spec.Checks.Severities);
        if (previous?.Report is { } before)
            report = report.Since(before, previous.Id);
        ContentHash schemaHash = await storage.Content.PutAsync(schema.ToCanonicalJson(), step.CancellationToken);
        ContentHash profileHash = await storage.Content.PutAsync(DataProfile.From(scan, schema, spec.Label).ToCanonicalJson(), step.CancellationToken);
        ContentHash sketchHash = await storage.Content.PutAsync(TableSketch.Of(scan, schema).ToCanonicalJson(), step.CancellationToken);
        ContentHash reportHash = await StoreAsync(report, step);
        await RecordAsync(step, report, scans, check => check with { ReportHash = reportHash, SchemaHash = schemaHash, ProfileHash = profileHash, SketchHash = sketchHash });
        RunRecord WithReport(RunRecord record) => record with { SchemaHash = schemaHash, ProfileHash = profileHash, SketchHash = sketchHash, ReportHash = reportHash };
        if (report.Blocking)
            await step.EndRunAsync(RunStatus.Rejected, WithReport);
        else
            await step.UpdateAsync(WithReport);
        return !report.Blocking;
    }

    /// <summary>The version before, whose own check is done: the run has waited for it. Null where there is none, or its figures went with erased rows.</summary>
    private async Task<PreviousVersion?> FindPreviousAsync(StepContext step)
    {
        DataVersionRecord? previous = await catalog.FindPreviousAsync(step.Record.Pipeline, step.Record.DataOrder, step.CancellationToken);
        if (previous?.Check is not { ProfileHash: { } profile, SketchHash: { } sketch })
            return null;
        try
        {
            return new PreviousVersion(
                DataProfile.Parse(await storage.Content.ReadAsync(profile, step.CancellationToken)),
                TableSketch.Parse(await storage.Content.ReadAsync(sketch, step.CancellationToken)),
                CheckReport.Parse(await storage.Content.ReadAsync(previous.Check.ReportHash, step.CancellationToken)),
                previous.Check.DataVersion);
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

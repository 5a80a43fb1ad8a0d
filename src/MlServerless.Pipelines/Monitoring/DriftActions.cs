using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Monitoring.Reports;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>What follows from a closed window: an alert that opens or resolves, and a run where the spec asks for one. One digest per model and window.</summary>
public sealed class DriftActions(IPipelineStorage storage, AlertBook alerts, RunStarter starter, TimeProvider time)
{
    private const string RetrainKey = "drift:retrain";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <param name="recent">The closed windows of the version, the newest last, this one included.</param>
    /// <returns>What was done.</returns>
    public async Task<DriftAction> FollowAsync(ServedModel served, string window, DriftReport report, IReadOnlyList<DriftReportEntry> recent, CancellationToken cancellationToken)
    {
        // The spec of now says when to alert: nobody wants to train a model to be told less often.
        PipelineSpec? spec = await storage.Specs.FindAsync(served.Name, cancellationToken) is { } stored ? SpecParser.Parse(stored.Json) : null;
        MonitoringSpec monitoring = spec?.Monitoring ?? served.Monitoring;
        DriftReportEntry[] judged = [.. recent.Where(entry => entry.Verdict is not (null or DriftVerdicts.InsufficientData)).TakeLast(monitoring.AlertOf)];
        int drifting = judged.Count(entry => entry.Verdict == DriftVerdicts.Drift);
        bool alarms = drifting >= monitoring.AlertWindows && report.Verdict == DriftVerdicts.Drift;

        // A window with too few rows says nothing: what is open stays open.
        if (report.Verdict != DriftVerdicts.InsufficientData && (alarms || drifting == 0))
            await alerts.SettleAsync(served.Name, spec is null ? AlertParties.None : AlertParties.Of(spec), [AlertKinds.Drift], alarms ? [Digest(report, window, drifting, judged.Length)] : [], cancellationToken);
        if (report.Verdict != DriftVerdicts.Drift)
            return new DriftAction("none", $"The verdict is {report.Verdict}.", null);
        if (!alarms)
            return new DriftAction("none", string.Create(CultureInfo.InvariantCulture, $"{drifting} of the last {judged.Length} windows drift; {monitoring.AlertWindows} are needed."), null);
        return monitoring.RetrainOnDrift
            ? await RetrainAsync(served, window, monitoring, cancellationToken)
            : new DriftAction("none", "The spec does not ask for a run on drift (monitoring.retrain.onDrift).", null);
    }

    private static AlertCondition Digest(DriftReport report, string window, int drifting, int judged)
    {
        string causes = report.Causes.Count == 0 ? "" : " Most likely: " + string.Join("; ", report.Causes.Take(3).Select(cause => $"{cause.Feature} ({cause.Reason})")) + ".";
        string performance = report.Performance is { Labels: > 0 } known ? string.Create(CultureInfo.InvariantCulture, $" The truth of {known.Coverage:0.#%} of the predictions is known: {string.Join(", ", known.Metrics.Select(metric => $"{metric.Key} {metric.Value:0.####}"))}.") : "";
        string windows = judged > 1 ? string.Create(CultureInfo.InvariantCulture, $" {drifting} of the last {judged} windows drift.") : "";
        DateTimeOffset since = MonitoringWindow.TryParse(window, out MonitoringWindow parsed) ? parsed.Start : default;
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["rows"] = report.CurrentRows, ["version"] = report.Version };
        foreach (FeatureDrift feature in report.Features.Where(feature => feature.Drifted))
            figures[$"psi:{feature.Name}"] = feature.Psi;
        return new AlertCondition(AlertKinds.Drift, since, $"Version {report.Version}: {report.Reason}{windows}{causes}{performance} GET /api/models/{report.Model}/drift shows the report.", new AlertEvidence([], figures));
    }

    private async Task<DriftAction> RetrainAsync(ServedModel served, string window, MonitoringSpec monitoring, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        Row? row = await storage.Monitoring.FindAsync(served.Name, RetrainKey, cancellationToken);
        DateTimeOffset[] started = row is null ? [] : [.. JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RetrainLog)!.Started];
        if (started.Length > 0 && now - started[^1] < monitoring.RetrainCoolDown)
            return new DriftAction("none", string.Create(CultureInfo.InvariantCulture, $"The last run for drift was started {started[^1]:yyyy-MM-dd HH:mm} UTC; the cool-down is {monitoring.RetrainCoolDown:c}."), null);
        if (started.Count(moment => now - moment < Day) >= monitoring.RetrainsPerDay)
            return new DriftAction("none", string.Create(CultureInfo.InvariantCulture, $"Drift has started {monitoring.RetrainsPerDay} run(s) in the last 24 hours, which is the limit."), null);

        // Noted first: a crash in between costs one run, not the limit.
        string json = JsonSerializer.Serialize(new RetrainLog([.. started.Where(moment => now - moment < Day), now]), PipelineJson.Default.RetrainLog);
        var next = new Row(served.Name, RetrainKey, json, row?.ETag);
        if ((row is null ? await storage.Monitoring.TryInsertAsync(next, cancellationToken) : await storage.Monitoring.TryReplaceAsync(next, cancellationToken)) is null)
            return new DriftAction("none", "Another process is starting a run for this drift.", null);
        try
        {
            RunRecord run = await starter.RequestAsync(served.Name, null, string.Create(CultureInfo.InvariantCulture, $"drift:{served.Version}:{window}"), cancellationToken);
            return new DriftAction("retrain", "Drift started a run on the newest data; gates decide whether its model takes over.", run.Id);
        }
        catch (ProblemException problem)
        {
            return new DriftAction("none", $"No run could be started: {problem.Message}", null);
        }
    }
}

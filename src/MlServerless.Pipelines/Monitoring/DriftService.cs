using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Monitoring.Reports;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>
/// Writes drift reports: of recent predictions or of a data version on demand, and of every window that has ended by timer. Table <c>monitoring</c>,
/// partition = model: <c>drift:latest</c>, and <c>window:{version}:{window}</c> for windows that are closed.
/// </summary>
public sealed class DriftService(
    IPipelineStorage storage,
    ModelRegistry registry,
    ServedModels models,
    PredictionSketches sketches,
    DataCatalog catalog,
    RunLog runs,
    PreparedDataReader prepared,
    FeedbackService feedback,
    AssociationReferences associations,
    DriftActions actions,
    TimeProvider time,
    ILogger<DriftService> logger)
{
    private const string LatestKey = "drift:latest";

    /// <summary>How long after its end a window is closed, so that the last sketches have come.</summary>
    private static readonly TimeSpan ClosingDelay = TimeSpan.FromMinutes(1);

    private const int MaxRecentWindows = 24;
    private const int MaxHistory = 14;

    public Task<StoredDriftReport?> FindLatestAsync(string model, CancellationToken cancellationToken) =>
        FindAsync(PipelineName.Require(model, "model"), LatestKey, cancellationToken);

    /// <summary>The report of a closed window.</summary>
    public Task<StoredDriftReport?> FindWindowAsync(string model, int version, string window, CancellationToken cancellationToken) =>
        FindAsync(PipelineName.Require(model, "model"), WindowKey(version, window), cancellationToken);

    /// <summary>The closed windows of all versions, by version and time.</summary>
    public async IAsyncEnumerable<(int Version, string Window, DriftReportEntry Entry)> ListWindowsAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        await foreach (Row row in storage.Monitoring.QueryAsync(model, "window:", "window:~", cancellationToken))
        {
            string[] parts = row.Key.Split(':');
            yield return (int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DriftReportEntry)!);
        }
    }

    /// <summary>What all processes have stored of the current windows of the champions.</summary>
    public async Task<IReadOnlyList<WindowTraffic>> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        var current = new List<WindowTraffic>();
        await foreach (string model in registry.ListModelsAsync(cancellationToken))
        {
            if (await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken) is not { } champion)
                continue;
            string window = MonitoringWindow.Containing(time.GetUtcNow(), champion.Monitoring.Window).Name;
            var merged = new MergedSketch();
            List<string> paths = await storage.MonitoringBlobs.ListAsync($"{PredictionSketches.Folder(model, champion.Version)}{window}/", cancellationToken).ToListAsync(cancellationToken);
            await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
            current.Add(new WindowTraffic(model, champion.Version, merged.Rows, paths.Count(path => !BatchRef.IsPartOfOne(path)), merged.Traffic));
        }

        return current;
    }

    private async Task<StoredDriftReport?> FindAsync(string model, string key, CancellationToken cancellationToken)
    {
        if (await storage.Monitoring.FindAsync(model, key, cancellationToken) is not { } row)
            return null;
        DriftReportEntry entry = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DriftReportEntry)!;
        byte[] report = await storage.Content.ReadAsync(entry.ReportHash, cancellationToken);
        return new StoredDriftReport(entry, JsonSerializer.Deserialize(report, PipelineJson.Default.DriftReport)!);
    }

    private static string WindowKey(int version, string window) => string.Create(CultureInfo.InvariantCulture, $"window:{version:D8}:{window}");

    /// <summary>Compares the champion's training data with the predictions of the newest windows, as many as it takes to have enough rows.</summary>
    public async Task<StoredDriftReport> ReportRecentAsync(string model, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ServedModel served = (await models.GetAsync(model, null, cancellationToken)).Model;
        await sketches.FlushAsync(closeAll: false, cancellationToken);
        var taken = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var merged = new MergedSketch();
        foreach (((_, string window), List<string> paths) in (await ListSketchesAsync(PredictionSketches.Folder(model, served.Version), cancellationToken)).Reverse().Take(MaxRecentWindows))
        {
            taken[window] = paths;
            await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
            if (merged.Rows >= served.Monitoring.MinimumRows)
                break;
        }

        return await ReportAsync(served, merged, new DriftSource("predictions", [.. taken.Keys], merged.OpenProcesses, null), "request", [], cancellationToken);
    }

    /// <summary>Compares the champion's training data with a data version.</summary>
    /// <exception cref="ProblemException">404: no such data version; 409: it was never prepared, because its checks failed.</exception>
    public async Task<StoredDriftReport> ReportDataVersionAsync(string model, ContentHash version, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ServedModel served = (await models.GetAsync(model, null, cancellationToken)).Model;
        _ = await catalog.FindAsync(model, version, cancellationToken)
            ?? throw ProblemException.NotFound($"Pipeline '{model}' has no data version {version}.", $"GET /api/pipelines/{model}/runs names the data version of every run.");

        // Any run on it will do: one that came with the upload may have been rejected and a later one, under another spec, not.
        RunRecord run = await runs.ListAsync(model, cancellationToken)
            .Where(run => run.DataVersion == version && run.PreparedHash is not null && !run.IsAside)
            .OrderByDescending(run => run.ClaimedAt)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw new ProblemException(409, "That data version was not prepared for training.", $"Its runs did not pass their checks, or have not come so far yet; see GET /api/pipelines/{model}/runs.");
        PreparedData data = await prepared.ReadAsync(run, cancellationToken);
        var merged = new MergedSketch(TableSketch.Parse(await storage.Content.ReadAsync(data.Sketch, cancellationToken)));
        return await ReportAsync(served, merged, new DriftSource("dataVersion", [], [], version), "request", [], cancellationToken);
    }

    /// <summary>Closes every window that has ended and is not closed yet, with a report each: of the champions, and of versions that were champion or were asked for before.</summary>
    /// <returns>How many were closed.</returns>
    public async Task<int> CloseWindowsAsync(CancellationToken cancellationToken)
    {
        int closed = 0;
        await sketches.FlushAsync(closeAll: false, cancellationToken);
        await foreach (string model in registry.ListModelsAsync(cancellationToken))
        {
            try
            {
                closed += await CloseWindowsAsync(model, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One model that cannot be read must not keep the others unwatched.
                logger.LogError(exception, "Windows of model {Model} could not be closed", model);
            }
        }

        return closed;
    }

    private async Task<int> CloseWindowsAsync(string model, CancellationToken cancellationToken)
    {
        // The champion comes last, so that the latest report is its own.
        int champion = (await registry.FindAliasAsync(model, ModelAlias.Champion, cancellationToken))?.Version ?? 0;
        var windows = await ListSketchesAsync(PredictionSketches.Folder(model), cancellationToken);
        HashSet<string> known = await storage.Monitoring.QueryAsync(model, "window:", "window:~", cancellationToken)
            .Select(row => row.Key)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        int closed = 0;
        foreach (((int version, string name), List<string> paths) in windows.OrderBy(window => window.Key.Version == champion))
        {
            string key = WindowKey(version, name);
            if (known.Contains(key) || !MonitoringWindow.TryParse(name, out MonitoringWindow window) || window.End + ClosingDelay > time.GetUtcNow())
                continue;
            try
            {
                await CloseWindowAsync(model, version, name, key, paths, windows, cancellationToken);
                closed++;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One window that cannot be read must not keep the others open.
                logger.LogError(exception, "Window {Window} of model {Model} version {Version} could not be closed", name, model, version);
            }
        }

        return closed;
    }

    private async Task CloseWindowAsync(
        string model, int version, string window, string key, List<string> paths, SortedDictionary<(int Version, string Window), List<string>> windows, CancellationToken cancellationToken)
    {
        ServedModel served = (await models.GetAsync(model, version, cancellationToken)).Model;
        var merged = new MergedSketch();
        await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
        List<(string Kind, string Window, MergedSketch Sketch)> others = await ReadOthersAsync(window, windows, cancellationToken);
        StoredDriftReport stored = await ReportAsync(served, merged, new DriftSource("predictions", [window], merged.OpenProcesses, null), "timer", others, cancellationToken);
        List<DriftReportEntry> recent = await storage.Monitoring.QueryAsync(model, string.Create(CultureInfo.InvariantCulture, $"window:{version:D8}:"), key, cancellationToken)
            .Select(row => JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DriftReportEntry)!)
            .ToListAsync(cancellationToken);
        DriftAction action = await actions.FollowAsync(served, window, stored.Report, [.. recent, stored.Entry], cancellationToken);
        DriftReportEntry entry = stored.Entry with { Action = action };
        await storage.Monitoring.TryInsertAsync(new Row(model, key, JsonSerializer.Serialize(entry, PipelineJson.Default.DriftReportEntry)), cancellationToken);
        await storage.Monitoring.PutAsync(new Row(model, LatestKey, JsonSerializer.Serialize(entry, PipelineJson.Default.DriftReportEntry)), cancellationToken);
    }

    /// <summary>The windows that a closed one is also compared with, of whatever version.</summary>
    private async Task<List<(string Kind, string Window, MergedSketch Sketch)>> ReadOthersAsync(
        string window, SortedDictionary<(int Version, string Window), List<string>> windows, CancellationToken cancellationToken)
    {
        var others = new List<(string, string, MergedSketch)>();
        if (!MonitoringWindow.TryParse(window, out MonitoringWindow current))
            return others;
        foreach ((string kind, TimeSpan back) in new[] { ("previousWindow", current.Length), ("sameWeekday", TimeSpan.FromDays(7)) })
        {
            string name = new MonitoringWindow(current.Start - back, current.Length).Name;
            var merged = new MergedSketch();
            foreach ((_, List<string> paths) in windows.Where(other => other.Key.Window == name))
            {
                try
                {
                    await merged.AddAsync(storage.MonitoringBlobs, name, paths, time.GetUtcNow(), cancellationToken);
                }
                catch (ArgumentException)
                {
                    // Versions with other columns do not add up; what was added stands for the window.
                }
            }

            if (merged.Rows > 0)
                others.Add((kind, name, merged));
        }

        return others;
    }

    /// <summary>The stored sketches below a folder, by version and window, in the order of both.</summary>
    private async Task<SortedDictionary<(int Version, string Window), List<string>>> ListSketchesAsync(string folder, CancellationToken cancellationToken)
    {
        var windows = new SortedDictionary<(int Version, string Window), List<string>>(
            Comparer<(int Version, string Window)>.Create((a, b) => a.Version != b.Version ? a.Version.CompareTo(b.Version) : string.CompareOrdinal(a.Window, b.Window)));
        await foreach (string path in storage.MonitoringBlobs.ListAsync(folder, cancellationToken))
        {
            string[] parts = path.Split('/');
            if (parts.Length != 4 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int version))
                continue;
            if (!windows.TryGetValue((version, parts[2]), out List<string>? paths))
                windows[(version, parts[2])] = paths = [];
            paths.Add(path);
        }

        return windows;
    }

    private async Task<StoredDriftReport> ReportAsync(
        ServedModel served,
        MergedSketch current,
        DriftSource source,
        string trigger,
        IReadOnlyList<(string Kind, string Window, MergedSketch Sketch)> others,
        CancellationToken cancellationToken)
    {
        bool isPredictions = source.DataVersion is null;
        var options = new DriftOptions { MinimumRows = served.Monitoring.MinimumRows, KeepBins = true };
        TableSketch features = current.Features ?? TableSketch.For(served.Artifact.Signature.Inputs.Select(input => (input.Name, input.Type)));
        AttributionDrift? attribution = isPredictions
            ? AttributionDrift.Of(served.Artifact.Signature, await associations.FindAsync(served, cancellationToken), current.Associations, current.Rows >= options.MinimumRows)
            : null;
        IReadOnlyDictionary<string, double>? weights = Importance(served.Artifact) ?? attribution?.Weights();
        DriftResult result = DriftCalculator.Compare(served.Artifact.Reference, features, served.Artifact.Predictions, current.Predictions, weights, options);
        var report = new DriftReport(
            served.Name, served.Version, served.Hash, source, result.Verdict, result.Reason, result.ReferenceRows, result.CurrentRows, result.Features, result.Predictions)
        {
            Causes = DriftCause.Rank(result.Features, weights),
            Others = [.. others.Select(other => Compare(features, other, options with { KeepBins = false }))],
            Attribution = attribution,
            Estimated = served.Artifact.Task == LearningTask.Binary ? EstimatedPerformance.Of(current.Predictions, served.Artifact.Predictions, served.Artifact.Metrics) : null,
            Traffic = isPredictions ? current.Traffic : null,
            Performance = isPredictions ? await PerformanceAsync(served, source.Windows, current.Rows, cancellationToken) : null,
            History = isPredictions ? await HistoryAsync(served, source.Windows, cancellationToken) : [],
        };
        ContentHash hash = await storage.Content.PutAsync(CanonicalJson.Serialize(report, PipelineJson.Default.DriftReport), cancellationToken);
        var entry = new DriftReportEntry(hash, time.GetUtcNow(), trigger, report.Verdict, report.Reason, report.CurrentRows);
        await storage.Monitoring.PutAsync(new Row(served.Name, LatestKey, JsonSerializer.Serialize(entry, PipelineJson.Default.DriftReportEntry)), cancellationToken);
        logger.Log(
            report.Verdict == DriftVerdicts.Drift ? LogLevel.Warning : LogLevel.Information,
            DriftEvents.Reported,
            "Drift report {ReportHash} of model {Model} version {Version} ({Trigger}): {Verdict}, {Rows} rows",
            hash,
            served.Name,
            served.Version,
            trigger,
            report.Verdict,
            report.CurrentRows);
        return new StoredDriftReport(entry, report);
    }

    /// <summary>Each feature's part of all contributions; null where the artifact does not tell them.</summary>
    private static Dictionary<string, double>? Importance(ModelArtifact artifact)
    {
        double total = artifact.Importance?.Inputs.Sum(input => input.MeanAbsolute) ?? 0;
        return total > 0 ? artifact.Importance!.Inputs.ToDictionary(input => input.Name, input => input.MeanAbsolute / total, StringComparer.Ordinal) : null;
    }

    private static ReferenceComparison Compare(TableSketch current, (string Kind, string Window, MergedSketch Sketch) other, DriftOptions options)
    {
        TableSketch reference = other.Sketch.Features!.Where(column => current.Find(column.Name)?.Type == column.Type);
        DriftResult result = DriftCalculator.Compare(reference, current, options);
        return new ReferenceComparison(other.Kind, other.Window, result.Verdict, result.Reason, result.ReferenceRows, [.. result.Features.Where(feature => feature.Drifted).Select(feature => feature.Name)]);
    }

    private async Task<Performance> PerformanceAsync(ServedModel served, IReadOnlyList<string> windows, long rows, CancellationToken cancellationToken)
    {
        var entries = new List<FeedbackEntry>();
        foreach (string window in windows)
        {
            await foreach (FeedbackEntry entry in feedback.ReadAsync(served.Name, served.Version, window, cancellationToken).Take(Performance.MaxLabels - entries.Count))
                entries.Add(entry);
        }

        return Performance.Of(served.Artifact.Task, entries, rows);
    }

    /// <summary>The windows before those of a report, with the labels that have come since they were closed.</summary>
    private async Task<IReadOnlyList<WindowPerformance>> HistoryAsync(ServedModel served, IReadOnlyList<string> windows, CancellationToken cancellationToken)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"window:{served.Version:D8}:");
        string end = windows.Count > 0 ? prefix + windows[0] : prefix + "~";
        List<(string Window, DriftReportEntry Entry)> closed = await storage.Monitoring.QueryAsync(served.Name, prefix, end, cancellationToken)
            .Select(row => (row.Key[prefix.Length..], JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DriftReportEntry)!))
            .ToListAsync(cancellationToken);
        var history = new List<WindowPerformance>();
        foreach ((string window, DriftReportEntry entry) in closed.TakeLast(MaxHistory))
        {
            Performance performance = await PerformanceAsync(served, [window], entry.Rows, cancellationToken);
            if (performance.Labels > 0)
                history.Add(new WindowPerformance(window, performance));
        }

        return history;
    }
}

using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
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
    TimeProvider time,
    ILogger<DriftService> logger)
{
    private const string LatestKey = "drift:latest";

    /// <summary>How long after its end a window is closed, so that the last sketches have come.</summary>
    private static readonly TimeSpan ClosingDelay = TimeSpan.FromMinutes(1);

    private const int MaxRecentWindows = 24;

    public async Task<StoredDriftReport?> FindLatestAsync(string model, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        if (await storage.Monitoring.FindAsync(model, LatestKey, cancellationToken) is not { } row)
            return null;
        DriftReportEntry entry = JsonSerializer.Deserialize(row.Json, PipelineJson.Default.DriftReportEntry)!;
        byte[] report = await storage.Content.ReadAsync(entry.ReportHash, cancellationToken);
        return new StoredDriftReport(entry, JsonSerializer.Deserialize(report, PipelineJson.Default.DriftReport)!);
    }

    /// <summary>Compares the champion's training data with the predictions of the newest windows, as many as it takes to have enough rows.</summary>
    public async Task<StoredDriftReport> ReportRecentAsync(string model, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ServedModel served = (await models.GetAsync(model, null, cancellationToken)).Model;
        await sketches.FlushAsync(closeAll: false, cancellationToken);
        var taken = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var merged = new MergedSketch();
        foreach (((_, string window), List<string> paths) in (await ListWindowsAsync(PredictionSketches.Folder(model, served.Version), cancellationToken)).Reverse().Take(MaxRecentWindows))
        {
            taken[window] = paths;
            await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
            if (merged.Rows >= served.Monitoring.MinimumRows)
                break;
        }

        return await ReportAsync(served, merged, new DriftSource("predictions", [.. taken.Keys], merged.OpenProcesses, null), "request", cancellationToken);
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
            .Where(run => run.DataVersion == version && run.PreparedHash is not null)
            .OrderByDescending(run => run.ClaimedAt)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw new ProblemException(409, "That data version was not prepared for training.", $"Its runs did not pass their checks, or have not come so far yet; see GET /api/pipelines/{model}/runs.");
        PreparedData data = await prepared.ReadAsync(run, cancellationToken);
        var merged = new MergedSketch(TableSketch.Parse(await storage.Content.ReadAsync(data.Sketch, cancellationToken)));
        return await ReportAsync(served, merged, new DriftSource("dataVersion", [], [], version), "request", cancellationToken);
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
        var windows = await ListWindowsAsync(PredictionSketches.Folder(model), cancellationToken);
        HashSet<string> known = await storage.Monitoring.QueryAsync(model, "window:", "window:~", cancellationToken)
            .Select(row => row.Key)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        int closed = 0;
        foreach (((int version, string name), List<string> paths) in windows.OrderBy(window => window.Key.Version == champion))
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"window:{version:D8}:{name}");
            if (known.Contains(key) || !MonitoringWindow.TryParse(name, out MonitoringWindow window) || window.End + ClosingDelay > time.GetUtcNow())
                continue;
            try
            {
                await CloseWindowAsync(model, version, name, key, paths, cancellationToken);
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

    private async Task CloseWindowAsync(string model, int version, string window, string key, List<string> paths, CancellationToken cancellationToken)
    {
        ServedModel served = (await models.GetAsync(model, version, cancellationToken)).Model;
        var merged = new MergedSketch();
        await merged.AddAsync(storage.MonitoringBlobs, window, paths, time.GetUtcNow(), cancellationToken);
        StoredDriftReport report = await ReportAsync(served, merged, new DriftSource("predictions", [window], merged.OpenProcesses, null), "timer", cancellationToken);
        await storage.Monitoring.TryInsertAsync(new Row(model, key, JsonSerializer.Serialize(report.Entry, PipelineJson.Default.DriftReportEntry)), cancellationToken);
    }

    /// <summary>The stored sketches below a folder, by version and window, in the order of both.</summary>
    private async Task<SortedDictionary<(int Version, string Window), List<string>>> ListWindowsAsync(string folder, CancellationToken cancellationToken)
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

    private async Task<StoredDriftReport> ReportAsync(ServedModel served, MergedSketch current, DriftSource source, string trigger, CancellationToken cancellationToken)
    {
        var options = new DriftOptions { MinimumRows = served.Monitoring.MinimumRows };
        TableSketch empty = TableSketch.For(served.Artifact.Signature.Inputs.Select(input => (input.Name, input.Type)));
        DriftResult result = DriftCalculator.Compare(served.Artifact.Reference, current.Features ?? empty, served.Artifact.Predictions, current.Predictions, null, options);
        var report = new DriftReport(
            served.Name, served.Version, served.Hash, source, result.Verdict, result.Reason, result.ReferenceRows, result.CurrentRows, result.Features, result.Predictions);
        ContentHash hash = await storage.Content.PutAsync(CanonicalJson.Serialize(report, PipelineJson.Default.DriftReport), cancellationToken);
        var entry = new DriftReportEntry(hash, time.GetUtcNow(), trigger);
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
}

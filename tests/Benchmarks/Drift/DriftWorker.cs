using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.Benchmarks.Running;
using MlServerless.Benchmarks.Serve;
using MlServerless.Data;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Storage;

namespace MlServerless.Benchmarks.Drift;

/// <summary>Captures rows as serving processes do, and reports on them.</summary>
internal static class DriftWorker
{
    private const int BatchRows = 1000;
    private const int Repeats = 5;

    /// <summary>Predicts every row of a file and captures it, as many processes would that share them; stores the sketches.</summary>
    internal static async Task CaptureAsync(string connection, string model, string file, int processes)
    {
        IPipelineStorage storage = Storage(connection);
        ModelAnswer answer = await Models(storage).GetAsync(model, null, CancellationToken.None);
        MonitoringWindow window = MonitoringWindow.Containing(TimeProvider.System.GetUtcNow(), answer.Model.Monitoring.Window);
        PredictionSketches[] sketches = [.. Enumerable.Range(0, processes).Select(_ => new PredictionSketches(storage, TimeProvider.System, NullLogger<PredictionSketches>.Instance))];
        double capture = double.PositiveInfinity;
        double score = double.PositiveInfinity;
        int batch = 0;
        foreach (byte[] body in Batches(file))
        {
            RowBatch rows = answer.Model.Rows.Read(body);
            long began = Stopwatch.GetTimestamp();
            var outcome = PredictionOutcome.Of(answer, rows);
            score = Math.Min(score, Stopwatch.GetElapsedTime(began).TotalNanoseconds / rows.RowCount);
            began = Stopwatch.GetTimestamp();
            sketches[batch++ % processes].Observe(outcome, window, TimeSpan.FromMilliseconds(1));
            capture = Math.Min(capture, Stopwatch.GetElapsedTime(began).TotalNanoseconds / rows.RowCount);
        }

        foreach (PredictionSketches process in sketches)
            await process.FlushAsync(closeAll: true, CancellationToken.None);
        ProcessRun.Print(new Dictionary<string, double> { ["capture_ns"] = capture, ["score_ns"] = score, ["sketch_mb"] = await MegabytesAsync(storage, model) });
    }

    /// <summary>Writes the drift report as <c>POST /api/models/{name}/drift</c> does; first in a cold process, then again.</summary>
    internal static async Task ReportAsync(string connection, string model)
    {
        IPipelineStorage storage = Storage(connection);
        ServedModels models = Models(storage);
        ServedModel served = (await models.GetAsync(model, null, CancellationToken.None)).Model;
        DriftService service = Service(storage, models);
        double first = double.NaN;
        double report = double.PositiveInfinity;
        double merge = double.PositiveInfinity;
        double compare = double.PositiveInfinity;
        var figures = new Dictionary<string, double>();
        List<string> paths = await storage.MonitoringBlobs.ListAsync(PredictionSketches.Folder(model), CancellationToken.None).ToListAsync();
        for (int i = 0; i < Repeats; i++)
        {
            long began = Stopwatch.GetTimestamp();
            StoredDriftReport stored = await service.ReportRecentAsync(model, CancellationToken.None);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            first = i == 0 ? seconds : first;
            report = Math.Min(report, seconds);

            began = Stopwatch.GetTimestamp();
            var merged = new MergedSketch();
            await merged.AddAsync(storage.MonitoringBlobs, paths[0].Split('/')[2], paths, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            merge = Math.Min(merge, Stopwatch.GetElapsedTime(began).TotalSeconds);
            began = Stopwatch.GetTimestamp();
            DriftCalculator.Compare(served.Artifact.Reference, merged.Features!, served.Artifact.Predictions, merged.Predictions, null, new DriftOptions());
            compare = Math.Min(compare, Stopwatch.GetElapsedTime(began).TotalSeconds);
            for (int column = 0; column < stored.Report.Features.Count; column++)
            {
                figures[$"psi.{column}"] = stored.Report.Features[column].Psi;
                if (stored.Report.Features[column].KolmogorovSmirnov is { } ks)
                    figures[$"ks.{column}"] = ks;
            }
        }

        (figures["first_s"], figures["report_s"], figures["merge_s"], figures["compare_s"]) = (first, report, merge, compare);
        figures["sketch_mb"] = await MegabytesAsync(storage, model);
        ProcessRun.Print(figures);
    }

    private static AzurePipelineStorage Storage(string connection) => AzurePipelineStorage.Create(new StorageSettings { ConnectionString = connection });

    private static ServedModels Models(IPipelineStorage storage) =>
        new(new ModelRegistry(storage, TimeProvider.System), storage, new PipelineOptions(), TimeProvider.System, NullLogger<ServedModels>.Instance);

    private static DriftService Service(IPipelineStorage storage, ServedModels models)
    {
        TimeProvider time = TimeProvider.System;
        var registry = new ModelRegistry(storage, time);
        var runs = new RunLog(storage, time);
        var catalog = new DataCatalog(storage);
        var prepared = new PreparedDataReader(storage);
        var feedback = new FeedbackService(storage, new PredictionKey(storage, time, NullLogger<PredictionKey>.Instance), models);
        var actions = new DriftActions(storage, new AlertBook(storage, time, NullLogger<AlertBook>.Instance), new RunStarter(storage, runs, catalog, new SpecCatalog(storage), time), time);
        return new DriftService(
            storage, registry, models, new PredictionSketches(storage, time, NullLogger<PredictionSketches>.Instance), catalog, runs, prepared, feedback,
            new AssociationReferences(storage, registry, runs, prepared, NullLogger<AssociationReferences>.Instance), actions, time, NullLogger<DriftService>.Instance);
    }

    private static async Task<double> MegabytesAsync(IPipelineStorage storage, string model)
    {
        double bytes = 0;
        await foreach (string path in storage.MonitoringBlobs.ListAsync(PredictionSketches.Folder(model), CancellationToken.None))
            bytes += (await storage.MonitoringBlobs.FindAsync(path, CancellationToken.None))!.Length;
        return bytes / 1e6;
    }

    private static IEnumerable<byte[]> Batches(string file)
    {
        using var reader = new StreamReader(file);
        string[] names = reader.ReadLine()!.Split(',');
        foreach (string[] lines in Lines(reader).Chunk(BatchRows))
            yield return Encoding.UTF8.GetBytes($"[{string.Join(',', lines.Select(line => RequestBodies.Row(names, line.Split(','))))}]");
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}

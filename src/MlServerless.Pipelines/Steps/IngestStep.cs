using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Copies the upload into immutable parts in one sequential pass and records the data version they make.</summary>
public sealed class IngestStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataCatalog catalog, PipelineOptions options)
{
    /// <returns>How many parts the data version has.</returns>
    /// <exception cref="StaleRunException">Also when the upload was overwritten or deleted: then the run has ended as superseded.</exception>
    public Task<int> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "ingest", null, IngestAsync, cancellationToken);

    private async Task<int> IngestAsync(StepContext step)
    {
        RunRecord record = step.Record;
        RunSource source = record.Source ?? throw new InvalidOperationException($"Run {record.Id} has neither an upload nor a data version.");
        PipelineSpec spec = await specs.ReadPinnedAsync(record.SpecHash!.Value, step.CancellationToken);
        Action<double> progress = step.Progress();
        var parts = new List<DataPart>();
        long bytes = 0;
        await using (Stream upload = await storage.Uploads.OpenReadAsync(source.Blob, source.ETag, source.VersionId, step.CancellationToken))
        {
            await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(upload, options.PartBytes, spec.Delimiter, step.CancellationToken))
            {
                parts.Add(new DataPart(await storage.Content.PutAsync(part, step.CancellationToken), part.Length));
                bytes += part.Length;
                progress(source.Bytes > 0 ? (double)bytes / source.Bytes : 0);
            }
        }

        await RequireUnchangedAsync(storage, source, step.CancellationToken);
        ContentHash version = await catalog.AddAsync(
            record.Pipeline,
            DataVersionManifest.Of(new DataFile(DataFileKind.Csv, parts)),
            id => new DataVersionRecord { Id = id, Order = record.DataOrder, Source = source, RunId = record.Id, Bytes = bytes, Parts = parts.Count },
            step.CancellationToken);
        // What comes late, after the window was composed, leaves that as it is.
        await step.UpdateAsync(current => current with { UploadVersion = version, DataVersion = current.UploadVersion is null ? version : current.DataVersion });
        return parts.Count;
    }

    /// <exception cref="UploadChangedException">The upload was overwritten. One that was deleted after it was read is no obstacle.</exception>
    internal static async Task RequireUnchangedAsync(IPipelineStorage storage, RunSource source, CancellationToken cancellationToken)
    {
        if (await storage.Uploads.FindAsync(source.Blob, cancellationToken) is { } now && now.ETag != source.ETag)
            throw new UploadChangedException(source.Blob, source.ETag);
    }
}

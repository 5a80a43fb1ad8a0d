using System.Security.Cryptography;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Copies the upload into immutable parts in one sequential pass and records the data version they make. What is compressed is decoded.</summary>
public sealed class IngestStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataCatalog catalog, PipelineOptions options)
{
    /// <returns>How many parts the data version has; null where the upload could not be decoded, and the run has ended as rejected.</returns>
    /// <exception cref="StaleRunException">Also when the upload was overwritten or deleted: then the run has ended as superseded.</exception>
    public Task<int?> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "ingest", null, IngestAsync, cancellationToken);

    private async Task<int?> IngestAsync(StepContext step)
    {
        RunRecord record = step.Record;
        RunSource source = record.Source ?? throw new InvalidOperationException($"Run {record.Id} has neither an upload nor a data version.");
        PipelineSpec spec = await specs.ReadPinnedAsync(record.SpecHash!.Value, step.CancellationToken);
        UploadedFile uploaded;
        try
        {
            uploaded = await CopyAsync(source, spec, step);
        }
        catch (DecodingException damaged)
        {
            await RequireUnchangedAsync(storage, source, step.CancellationToken);
            ContentHash report = await storage.Content.PutAsync(CheckReport.Of([damaged.Finding]).ToCanonicalJson(), step.CancellationToken);
            await step.EndRunAsync(RunStatus.Rejected, current => current with { ReportHash = report });
            return null;
        }

        await RequireUnchangedAsync(storage, source, step.CancellationToken);
        ContentHash version = await catalog.AddAsync(
            record.Pipeline,
            DataVersionManifest.Of(uploaded.File),
            id => new DataVersionRecord { Id = id, Order = record.DataOrder, Source = source, RunId = record.Id, Bytes = uploaded.Bytes, Parts = uploaded.File.Parts.Count, Opaque = uploaded.Opaque },
            step.CancellationToken);

        // What comes late, after the window was composed, leaves that as it is.
        await step.UpdateAsync(current => current with { UploadVersion = version, DataVersion = current.UploadVersion is null ? version : current.DataVersion });
        return uploaded.File.Parts.Count;
    }

    private async Task<UploadedFile> CopyAsync(RunSource source, PipelineSpec spec, StepContext step)
    {
        Action<double> progress = step.Progress();
        var choice = new FileChoice(spec, source.Blob);
        var parts = new List<DataPart>();
        long bytes = 0;
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using Stream upload = await storage.Uploads.OpenReadAsync(source.Blob, source.ETag, source.VersionId, step.CancellationToken);

        // An opaque file is what was uploaded, compressed or not.
        await using DecodedUploadStream? decoded = spec.IsOpaque ? null : await DecodedUploadStream.OpenAsync(upload, options.MaxDecodedBytes, step.CancellationToken);
        await foreach (ReadOnlyMemory<byte> part in PartCutter.CutAsync(decoded ?? upload, options.PartBytes, choice.Choose, step.CancellationToken))
        {
            parts.Add(new DataPart(await storage.Content.PutAsync(part, step.CancellationToken), part.Length));
            bytes += part.Length;
            if (spec.IsOpaque)
                whole.AppendData(part.Span);
            progress(source.Bytes > 0 ? (double)(decoded?.BytesTaken ?? bytes) / source.Bytes : 0);
        }

        return new UploadedFile(
            new DataFile(choice.Kind, parts, choice.MediaType),
            bytes,
            choice.MediaType is { } mediaType ? new OpaqueContent(mediaType, ContentHash.FromDigest(whole.GetHashAndReset())) : null);
    }

    /// <exception cref="UploadChangedException">The upload was overwritten. One that was deleted after it was read is no obstacle.</exception>
    internal static async Task RequireUnchangedAsync(IPipelineStorage storage, RunSource source, CancellationToken cancellationToken)
    {
        if (await storage.Uploads.FindAsync(source.Blob, cancellationToken) is { } now && now.ETag != source.ETag)
            throw new UploadChangedException(source.Blob, source.ETag);
    }

    private sealed record UploadedFile(DataFile File, long Bytes, OpaqueContent? Opaque);
}

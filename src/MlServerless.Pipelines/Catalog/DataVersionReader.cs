using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Opens a data version: its parts, and the CSV format that the first part's header tells.</summary>
public sealed class DataVersionReader(IPipelineStorage storage, DataCatalog catalog)
{
    public async Task<OpenedDataVersion> OpenAsync(ContentHash version, PipelineSpec spec, CancellationToken cancellationToken)
    {
        DataVersionManifest manifest = await catalog.ReadManifestAsync(version, cancellationToken);
        byte[] head = manifest.Parts.Count == 0 ? [] : await ReadHeadAsync(manifest.Parts[0], cancellationToken);
        CsvFormat format = CsvFormat.Detect(head, spec.Delimiter, out IReadOnlyList<Finding> findings);
        return new OpenedDataVersion(manifest, format, findings);
    }

    private async Task<byte[]> ReadHeadAsync(DataPart part, CancellationToken cancellationToken)
    {
        byte[] head = new byte[Math.Min(part.Bytes, CsvFormat.HeadBytes)];
        await using Stream stream = await storage.Content.OpenReadAsync(part.Hash, cancellationToken);
        await stream.ReadExactlyAsync(head, cancellationToken);
        return head;
    }
}

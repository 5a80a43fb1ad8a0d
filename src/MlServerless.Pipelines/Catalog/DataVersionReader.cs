using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Opens a data version: its files and their parts, and the format that the beginning of each file tells.</summary>
public sealed class DataVersionReader(IPipelineStorage storage, DataCatalog catalog)
{
    public async Task<OpenedDataVersion> OpenAsync(ContentHash version, PipelineSpec spec, CancellationToken cancellationToken)
    {
        DataVersionManifest manifest = await catalog.ReadManifestAsync(version, cancellationToken);
        var files = new List<OpenedFile>(manifest.Files.Count);
        foreach (DataFile file in manifest.Files)
        {
            OpenedFile opened = await OpenAsync(file, spec, cancellationToken);

            // Of a version of several files the merged scan tells only what all of them lack. JSON lines name no columns in advance: their rows without the label are counted as such.
            files.Add(manifest.Files.Count == 1 || opened.IsUnreadable || opened.Format.Columns.Count == 0 ? opened : opened with { Findings = [.. opened.Findings, .. Missing(opened.Format, spec)] });
        }

        return new OpenedDataVersion(manifest, files);
    }

    /// <summary>Opens the file to which a part belongs, and no other.</summary>
    /// <param name="part">0-based index among all parts of the version.</param>
    public async Task<(OpenedFile File, int PartInFile)> OpenFileOfAsync(ContentHash version, int part, PipelineSpec spec, CancellationToken cancellationToken)
    {
        DataVersionManifest manifest = await catalog.ReadManifestAsync(version, cancellationToken);
        (int file, int partInFile) = manifest.Locate(part);
        return (await OpenAsync(manifest.Files[file], spec, cancellationToken), partInFile);
    }

    private async Task<OpenedFile> OpenAsync(DataFile file, PipelineSpec spec, CancellationToken cancellationToken)
    {
        if (file.Kind == DataFileKind.Opaque)
            return new OpenedFile(file, NdjsonFormat.Discover, [NoRows(FindingCodes.NotText, $"The file is kept as {file.MediaType} without rows. Upload it to a pipeline that reads rows, or choose another data version.")]);
        if (file.Kind == DataFileKind.Ndjson)
            return new OpenedFile(file, NdjsonFormat.Discover, file.Parts.Count > 0 ? [] : [NoRows(FindingCodes.EmptyFile, "The file is empty. Upload a file with one JSON object per line.")]);
        byte[] head = file.Parts.Count == 0 ? [] : await ReadHeadAsync(file.Parts[0], cancellationToken);
        CsvFormat format = CsvFormat.Detect(head, spec.Delimiter, out IReadOnlyList<Finding> findings);
        return new OpenedFile(file, format, findings);
    }

    private static Finding NoRows(string code, string message) => new() { Code = code, Severity = Severity.Blocking, Message = message, Count = 1 };

    /// <summary>Columns without which the rows of a file are of no use in a version of several.</summary>
    private static IEnumerable<Finding> Missing(DataFormat format, PipelineSpec spec) =>
        spec.Key.Append(spec.Label).Where(column => !format.Columns.Contains(column, StringComparer.Ordinal)).Select(column => new Finding
        {
            Code = column == spec.Label ? FindingCodes.MissingLabel : FindingCodes.MissingKey,
            Severity = Severity.Blocking,
            Column = column,
            Message = $"It has no column '{column}', which is {(column == spec.Label ? "the label" : "part of the key")}. Upload it again with that column, or take the file out of the window.",
            Expected = $"a column '{column}'",
            Observed = string.Join(", ", format.Columns.Take(20)),
            Count = 1,
        });

    private async Task<byte[]> ReadHeadAsync(DataPart part, CancellationToken cancellationToken)
    {
        byte[] head = new byte[Math.Min(part.Bytes, DataFormat.HeadBytes)];
        await using Stream stream = await storage.Content.OpenReadAsync(part.Hash, cancellationToken);
        await stream.ReadExactlyAsync(head, cancellationToken);
        return head;
    }
}

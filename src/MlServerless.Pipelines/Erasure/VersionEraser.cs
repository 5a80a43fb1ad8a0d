using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Erasure;

/// <summary>Writes a data version again without the rows of some keys. Parts without such rows stay the parts they are.</summary>
public sealed class VersionEraser(IPipelineStorage storage, SpecCatalog specs, DataVersionReader reader)
{
    public async Task<ErasureOutcome> EraseAsync(ErasureRecord erasure, DataVersionRecord arrival, CancellationToken cancellationToken)
    {
        PipelineSpec spec = SpecParser.Parse((await specs.RequireAsync(erasure.Pipeline, cancellationToken)).Json);
        OpenedDataVersion data = await reader.OpenAsync(arrival.Id, spec, cancellationToken);
        if (Unsearchable(data, erasure) is { } reason)
            return ErasureOutcome.Untouched with { Unsearched = reason };
        long rows = 0;
        var files = new List<DataFile>();
        foreach (OpenedFile file in data.Files)
        {
            var parts = new List<DataPart>();
            foreach ((int index, DataPart part) in file.File.Parts.Index())
            {
                (DataPart? kept, long erased) = await EraseAsync(part, file, index == 0, erasure, cancellationToken);
                rows += erased;
                if (kept is not null)
                    parts.Add(kept);
            }

            files.Add(file.File with { Parts = parts });
        }

        if (rows == 0)
            return ErasureOutcome.Untouched;
        DataVersionManifest manifest = DataVersionManifest.Of(files);
        ContentHash version = await storage.Content.PutAsync(CanonicalJson.Serialize(manifest, PipelineJson.Default.DataVersionManifest), cancellationToken);
        return new ErasureOutcome(rows, version, manifest.Parts.Sum(part => part.Bytes), manifest.Parts.Count, null);
    }

    /// <returns>The part without the rows, or null where nothing of it is left; the first part of a file stays, for its header.</returns>
    private async Task<(DataPart? Kept, long Rows)> EraseAsync(DataPart part, OpenedFile file, bool isFirst, ErasureRecord erasure, CancellationToken cancellationToken)
    {
        using var rest = new MemoryStream((int)Math.Min(part.Bytes, int.MaxValue / 2));
        long erased;
        await using (Stream content = await storage.Content.OpenReadAsync(part.Hash, cancellationToken))
            erased = await Task.Run(() => RowEraser.Erase(content, file.Format, isFirst, erasure.KeyColumns, erasure.Keys, rest, cancellationToken), cancellationToken);
        if (erased == 0)
            return (part, 0);
        if (rest.Length == 0 && !isFirst)
            return (null, erased);
        ReadOnlyMemory<byte> bytes = rest.GetBuffer().AsMemory(0, (int)rest.Length);
        return (new DataPart(await storage.Content.PutAsync(bytes, cancellationToken), bytes.Length), erased);
    }

    private static string? Unsearchable(OpenedDataVersion data, ErasureRecord erasure)
    {
        foreach ((int index, OpenedFile file) in data.Files.Index())
        {
            string name = data.Files.Count == 1 ? "The file" : string.Create(CultureInfo.InvariantCulture, $"File {index + 1} of {data.Files.Count}");
            if (file.IsUnreadable)
                return $"{name} cannot be read as rows: {file.Findings[0].Message} Look for the rows by hand, then delete the upload or upload it again without them.";

            // JSON lines name no columns in advance; a row that lacks one has an empty value there.
            if (file.Format.Columns.Count > 0 && erasure.KeyColumns.FirstOrDefault(column => !file.Format.Columns.Contains(column, StringComparer.Ordinal)) is { } missing)
                return $"{name} has no column '{missing}', so its rows cannot be told by key. Look for the rows by hand, then delete the upload or upload it again without them.";
        }

        return null;
    }
}

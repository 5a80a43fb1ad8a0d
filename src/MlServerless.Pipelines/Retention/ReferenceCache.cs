using System.Collections.Concurrent;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Retention;

/// <summary>Which hashes a document names. Content never changes, so what was read once is right for good.</summary>
internal sealed class ReferenceCache(IPipelineStorage storage)
{
    /// <summary>Only manifests may be larger and name others, and they are told by who names them; data parts, column files and scores name none.</summary>
    private const int MaxDocumentBytes = 4 << 20;

    private const int MaxCached = 500_000;

    private readonly ConcurrentDictionary<ContentHash, IReadOnlyCollection<ContentHash>> known = new();

    /// <param name="isManifest">Whether it is known to be the manifest of a data version.</param>
    public async Task<IReadOnlyCollection<ContentHash>> FindAsync(StoredContent content, bool isManifest, CancellationToken cancellationToken)
    {
        if (!isManifest && content.Bytes > MaxDocumentBytes)
            return [];
        if (known.TryGetValue(content.Hash, out IReadOnlyCollection<ContentHash>? references))
            return references;
        var found = new HashSet<ContentHash>();
        try
        {
            byte[] document = await storage.Content.ReadAsync(content.Hash, cancellationToken);
            if (document is [(byte)'{' or (byte)'[', ..])
                HashScanner.Collect(document, found);
        }
        catch (ContentMissingException)
        {
            // Deleted since the listing; what it named was named by nothing else.
            return [];
        }

        if (known.Count >= MaxCached)
            known.Clear();
        return known[content.Hash] = found.Count == 0 ? [] : [.. found];
    }
}

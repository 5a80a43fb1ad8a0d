using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Soak.Storage;

/// <summary>Content in memory. It forgets the oldest beyond what a long run may hold.</summary>
internal sealed class MemoryContent : IContentStore
{
    private const int MostKept = 20_000;
    private readonly ConcurrentDictionary<ContentHash, byte[]> content = new();
    private readonly ConcurrentQueue<ContentHash> order = new();

    public Task<ContentHash> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ContentHash hash = ContentHash.Of(content.Span);
        if (this.content.TryAdd(hash, content.ToArray()))
            order.Enqueue(hash);
        while (order.Count > MostKept && order.TryDequeue(out ContentHash oldest))
            this.content.TryRemove(oldest, out _);
        return Task.FromResult(hash);
    }

    public Task<byte[]> ReadAsync(ContentHash hash, CancellationToken cancellationToken) =>
        content.TryGetValue(hash, out byte[]? bytes) ? Task.FromResult(bytes) : throw new ContentMissingException(hash);

    public async Task<Stream> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken) => new MemoryStream(await ReadAsync(hash, cancellationToken));

    public Task<bool> ExistsAsync(ContentHash hash, CancellationToken cancellationToken) => Task.FromResult(content.ContainsKey(hash));

    public async IAsyncEnumerable<StoredContent> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((ContentHash hash, byte[] bytes) in content.OrderBy(pair => pair.Key.Hex, StringComparer.Ordinal))
            yield return new StoredContent(hash, bytes.Length, DateTimeOffset.UnixEpoch, "1");
        await Task.CompletedTask;
    }

    public Task<bool> TryDeleteAsync(StoredContent content, CancellationToken cancellationToken) => Task.FromResult(this.content.TryRemove(content.Hash, out _));
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Soak.Storage;

/// <summary>A folder of blobs in memory.</summary>
internal sealed class MemoryBlobs : IBlobFolder
{
    private readonly ConcurrentDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        blobs[path] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task<bool> TryAddAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.FromResult(blobs.TryAdd(path, content.ToArray()));

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => Task.FromResult(blobs.ContainsKey(path));

    public Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken) => Task.FromResult(blobs.GetValueOrDefault(path));

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string path in blobs.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            yield return path;
        await Task.CompletedTask;
    }

    public Task DeleteAsync(string prefix, CancellationToken cancellationToken)
    {
        foreach (string path in blobs.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)))
            blobs.TryRemove(path, out _);
        return Task.CompletedTask;
    }
}

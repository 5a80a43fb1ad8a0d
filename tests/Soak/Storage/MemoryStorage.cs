using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Soak.Storage;

/// <summary>An account in memory: what is fuzzed is what stands before storage, and an emulator answers some hundred calls a second.</summary>
internal sealed class MemoryStorage : IPipelineStorage, ISpecStore, IUploads, IBatchFiles, ICommandQueue, IPoisonQueues
{
    private const int MostSpecs = 1000;
    private readonly ConcurrentDictionary<string, StoredSpec> specs = new(StringComparer.Ordinal);
    private long version;

    public IContentStore Content { get; } = new MemoryContent();

    public IUploads Uploads => this;

    public ISpecStore Specs => this;

    public IRowTable Runs { get; } = new MemoryRowTable();

    public IRowTable Data { get; } = new MemoryRowTable();

    public IRowTable Registry { get; } = new MemoryRowTable();

    public IRowTable Monitoring { get; } = new MemoryRowTable();

    public IBlobFolder MonitoringBlobs { get; } = new MemoryBlobs();

    public IBlobFolder Checkpoints { get; } = new MemoryBlobs();

    public IBlobFolder PromotionHeads { get; } = new MemoryBlobs();

    public IBatchFiles Batches => this;

    public ICommandQueue Commands => this;

    public IPoisonQueues PoisonQueues => this;

    public ICommandQueue Events => this;

    public Task EnsureCreatedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task<StoredSpec?> ISpecStore.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(specs.GetValueOrDefault(name));

    public Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken)
    {
        StoredSpec? present = specs.GetValueOrDefault(name);
        if (ifMatch is not null && (present is null || (ifMatch != "*" && ifMatch != present.ETag)))
            return Task.FromResult<string?>(null);
        string etag = Interlocked.Increment(ref version).ToString(CultureInfo.InvariantCulture);
        if (present is not null || specs.Count < MostSpecs)
            specs[name] = new StoredSpec(name, json.ToArray(), etag);
        return Task.FromResult<string?>(etag);
    }

    public async IAsyncEnumerable<string> ListNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string name in specs.Keys.Order(StringComparer.Ordinal))
            yield return name;
        await Task.CompletedTask;
    }

    Task<UploadInfo?> IUploads.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult<UploadInfo?>(null);

    public Task<Stream> OpenReadAsync(string name, string etag, string? versionId, CancellationToken cancellationToken) => throw new UploadChangedException(name, etag);

    public async IAsyncEnumerable<UploadInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task<bool> TryDeleteAsync(string name, string etag, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SendAsync(string message, TimeSpan? visibleAfter, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<QueueLength>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<QueueLength>>([]);

    Task<UploadInfo?> IBatchFiles.FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult<UploadInfo?>(null);

    public Task<Stream> OpenReadAsync(string name, string etag, string? versionId, long offset, CancellationToken cancellationToken) => throw new UploadChangedException(name, etag);

    public Task StageAsync(string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CommitAsync(string name, IReadOnlyList<string> blocks, string contentType, CancellationToken cancellationToken) => Task.CompletedTask;
}

using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>The real storage; something else happens right before a spec is read.</summary>
internal sealed class InterleavedSpecs(IPipelineStorage storage, Func<Task> before) : IPipelineStorage, ISpecStore
{
    public IContentStore Content => storage.Content;

    public IUploads Uploads => storage.Uploads;

    public ISpecStore Specs => this;

    public IRowTable Runs => storage.Runs;

    public IRowTable Data => storage.Data;

    public IRowTable Registry => storage.Registry;

    public IRowTable Monitoring => storage.Monitoring;

    public IBlobFolder MonitoringBlobs => storage.MonitoringBlobs;

    public IBlobFolder Checkpoints => storage.Checkpoints;

    public IBlobFolder PromotionHeads => storage.PromotionHeads;

    public IBatchFiles Batches => storage.Batches;

    public ICommandQueue Commands => storage.Commands;

    public IPoisonQueues PoisonQueues => storage.PoisonQueues;

    public ICommandQueue Events => storage.Events;

    public Task EnsureCreatedAsync(CancellationToken cancellationToken) => storage.EnsureCreatedAsync(cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => storage.PingAsync(cancellationToken);

    public async Task<StoredSpec?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await before();
        return await storage.Specs.FindAsync(name, cancellationToken);
    }

    public Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> json, string? ifMatch, CancellationToken cancellationToken) =>
        storage.Specs.TryPutAsync(name, json, ifMatch, cancellationToken);

    public IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken) => storage.Specs.ListNamesAsync(cancellationToken);
}

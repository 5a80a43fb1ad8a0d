using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>The real storage, of which a test replaces a part.</summary>
internal sealed class WrappedStorage(IPipelineStorage storage) : IPipelineStorage
{
    public IContentStore Content => storage.Content;

    public IUploads Uploads => storage.Uploads;

    public ISpecStore Specs { get; init; } = storage.Specs;

    public IRowTable Runs => storage.Runs;

    public IRowTable Data => storage.Data;

    public IRowTable Registry { get; init; } = storage.Registry;

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
}

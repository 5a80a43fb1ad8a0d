using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>The storage of somebody who comes second: before the first transaction on the registry, somebody else does his.</summary>
internal sealed class RacingStorage(IPipelineStorage storage, Func<Task> other) : IPipelineStorage
{
    public IContentStore Content => storage.Content;

    public IUploads Uploads => storage.Uploads;

    public ISpecStore Specs => storage.Specs;

    public IRowTable Runs => storage.Runs;

    public IRowTable Data => storage.Data;

    public IRowTable Registry { get; } = new SecondTable(storage.Registry, other);

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

    private sealed class SecondTable(IRowTable table, Func<Task> other) : IRowTable
    {
        private int transactions;

        public Task<Row?> FindAsync(string partition, string key, CancellationToken cancellationToken) => table.FindAsync(partition, key, cancellationToken);

        public Task<Row?> TryInsertAsync(Row row, CancellationToken cancellationToken) => table.TryInsertAsync(row, cancellationToken);

        public Task<Row?> TryReplaceAsync(Row row, CancellationToken cancellationToken) => table.TryReplaceAsync(row, cancellationToken);

        public Task<Row> PutAsync(Row row, CancellationToken cancellationToken) => table.PutAsync(row, cancellationToken);

        public Task DeleteAsync(string partition, string key, CancellationToken cancellationToken) => table.DeleteAsync(partition, key, cancellationToken);

        public IAsyncEnumerable<Row> QueryAsync(string? partition, string? fromKey, string? beforeKey, CancellationToken cancellationToken) => table.QueryAsync(partition, fromKey, beforeKey, cancellationToken);

        public async Task<bool> TryCommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
        {
            if (transactions++ == 0)
                await other();
            return await table.TryCommitAsync(partition, changes, cancellationToken);
        }
    }
}

using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using MlServerless.Pipelines.Ports;
using MlServerless.Storage.Blobs;
using MlServerless.Storage.Queues;
using MlServerless.Storage.Rows;
using MlServerless.Storage.Tables;

namespace MlServerless.Storage;

/// <summary>Everything the pipelines keep, in one Azure storage account or the emulator.</summary>
/// <remarks>Thread-safe; make one and keep it. Nothing is contacted before the first call.</remarks>
public sealed class AzurePipelineStorage : IPipelineStorage
{
    // Nobody may read them, and they must not pile up then.
    private static readonly TimeSpan EventsKept = TimeSpan.FromDays(7);

    private readonly StorageInventory inventory;

    private AzurePipelineStorage(StorageSettings settings, HttpPipelineTransport transport)
    {
        var clients = new StorageClients(settings, transport);
        StorageNames names = settings.Names;
        inventory = new StorageInventory(clients, names);
        Content = new BlobContentStore(Container(names.Store), StoredContent.RefreshAfter);
        Uploads = new BlobUploads(Container(names.Incoming));
        Specs = new BlobSpecStore(Container(names.Pipelines));
        MonitoringBlobs = new BlobFolder(Container(names.MonitoringBlobs));
        Checkpoints = new BlobFolder(Container(names.Checkpoints));
        PromotionHeads = new BlobFolder(Container(names.PromotionHeads));
        Batches = new BlobBatchFiles(Container(names.Batches));
        Runs = Table(names.RunsTable);
        Data = Table(names.DataTable);
        Registry = Table(names.RegistryTable);
        Monitoring = Table(names.MonitoringTable);
        PoisonQueues = new PoisonQueues(clients.Queue, names.ReadQueues);
        Commands = new CommandQueue(new Lazy<QueueClient>(() => clients.Queue(names.Commands)));
        Events = new CommandQueue(new Lazy<QueueClient>(() => clients.Queue(names.Events)), EventsKept);

        Lazy<BlobContainerClient> Container(string name) => new(() => clients.Container(name));
        RowTable Table(string name) => new(new Lazy<TableClient>(() => clients.Table(name)));
    }

    public IContentStore Content { get; }

    public IUploads Uploads { get; }

    public ISpecStore Specs { get; }

    public IRowTable Runs { get; }

    public IRowTable Data { get; }

    public IRowTable Registry { get; }

    public IRowTable Monitoring { get; }

    public IBlobFolder MonitoringBlobs { get; }

    public IBlobFolder Checkpoints { get; }

    public IBlobFolder PromotionHeads { get; }

    public IBatchFiles Batches { get; }

    public ICommandQueue Commands { get; }

    public IPoisonQueues PoisonQueues { get; }

    public ICommandQueue Events { get; }

    /// <exception cref="StorageSettingsException">The settings are incomplete or contradict themselves.</exception>
    public static AzurePipelineStorage Create(StorageSettings settings) => Create(settings, HttpClientTransport.Shared);

    internal static AzurePipelineStorage Create(StorageSettings settings, HttpPipelineTransport transport)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        return new AzurePipelineStorage(settings, transport);
    }

    /// <inheritdoc/>
    /// <remarks>An identity that may not create things leaves them to the deployment; <see cref="PingAsync"/> names what is missing.</remarks>
    public Task EnsureCreatedAsync(CancellationToken cancellationToken) => inventory.EnsureCreatedAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StorageNotReadyException">Something is missing, or refused, or nothing answers.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => inventory.PingAsync(cancellationToken);
}

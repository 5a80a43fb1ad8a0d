using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using MlServerless.Storage.Tables;

namespace MlServerless.Storage;

/// <summary>The clients of the three services, each made when it is first used: a cold start that only reads a blob loads no queue client.</summary>
internal sealed class StorageClients
{
    // A row or a message is small: what takes longer hangs, and the next try is better than waiting on.
    private static readonly TimeSpan SmallRequestTimeout = TimeSpan.FromSeconds(20);

    private readonly StorageSettings settings;
    private readonly HttpPipelineTransport transport;
    private readonly int? maximumRetries;
    private readonly Lazy<TokenCredential> credential;
    private readonly Lazy<BlobServiceClient> blobs;
    private readonly Lazy<QueueServiceClient> queues;
    private readonly Lazy<TableServiceClient> tables;

    /// <param name="transport">Shared by all clients, so that they share connections.</param>
    public StorageClients(StorageSettings settings, HttpPipelineTransport transport)
        : this(settings, transport, maximumRetries: null, credential: null)
    {
    }

    private StorageClients(StorageSettings settings, HttpPipelineTransport transport, int? maximumRetries, Lazy<TokenCredential>? credential)
    {
        this.settings = settings;
        this.transport = transport;
        this.maximumRetries = maximumRetries;
        this.credential = credential ?? new Lazy<TokenCredential>(MakeCredential);
        blobs = new Lazy<BlobServiceClient>(MakeBlobs);
        queues = new Lazy<QueueServiceClient>(MakeQueues);
        tables = new Lazy<TableServiceClient>(MakeTables);
    }

    public BlobContainerClient Container(string name) => blobs.Value.GetBlobContainerClient(name);

    public QueueClient Queue(string name) => queues.Value.GetQueueClient(name);

    public TableClient Table(string name) => tables.Value.GetTableClient(name);

    /// <summary>The same account, asked by somebody who wants to know now: one retry, where work waits half a minute for a service to come back.</summary>
    public StorageClients Impatient() => new(settings, transport, maximumRetries: 1, credential);

    private T Configured<T>(T options)
        where T : ClientOptions
    {
        options.Transport = transport;
        options.Retry.MaxRetries = maximumRetries ?? options.Retry.MaxRetries;
        options.Retry.NetworkTimeout = settings.RequestTimeout ?? options.Retry.NetworkTimeout;
        return options;
    }

    private TokenCredential MakeCredential()
    {
        if (!settings.IsManagedIdentity)
        {
            return new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings.ClientId, Transport = transport });
        }

        ManagedIdentityId id = settings.ClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(settings.ClientId);
        return new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(id) { Transport = transport });
    }

    private BlobServiceClient MakeBlobs()
    {
        var options = Configured(new BlobClientOptions());
        return settings.ConnectionString is { } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(settings.BlobServiceUri, credential.Value, options);
    }

    private QueueServiceClient MakeQueues()
    {
        // As host.json says for the functions that read them.
        var options = Configured(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64, Retry = { NetworkTimeout = SmallRequestTimeout } });
        return settings.ConnectionString is { } connection
            ? new QueueServiceClient(connection, options)
            : new QueueServiceClient(settings.QueueServiceUri, credential.Value, options);
    }

    private TableServiceClient MakeTables()
    {
        var options = Configured(new TableClientOptions { Retry = { NetworkTimeout = SmallRequestTimeout } });
        if (settings.ConnectionString is null)
        {
            return new TableServiceClient(settings.TableServiceUri!, credential.Value, options);
        }

        var errors = new List<string>();
        StorageConnectionString account = StorageConnectionString.Parse(settings.ConnectionString, errors) ?? throw new StorageSettingsException(errors);
        return new TableServiceClient(account.TableEndpoint, new TableSharedKeyCredential(account.AccountName, account.AccountKey), options);
    }
}

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
    private readonly StorageSettings settings;
    private readonly HttpPipelineTransport transport;
    private readonly Lazy<TokenCredential> credential;
    private readonly Lazy<BlobServiceClient> blobs;
    private readonly Lazy<QueueServiceClient> queues;
    private readonly Lazy<TableServiceClient> tables;

    /// <param name="transport">Shared by all clients, so that they share connections.</param>
    public StorageClients(StorageSettings settings, HttpPipelineTransport transport)
    {
        this.settings = settings;
        this.transport = transport;
        credential = new Lazy<TokenCredential>(MakeCredential);
        blobs = new Lazy<BlobServiceClient>(MakeBlobs);
        queues = new Lazy<QueueServiceClient>(MakeQueues);
        tables = new Lazy<TableServiceClient>(MakeTables);
    }

    public BlobContainerClient Container(string name) => blobs.Value.GetBlobContainerClient(name);

    public QueueClient Queue(string name) => queues.Value.GetQueueClient(name);

    public TableClient Table(string name) => tables.Value.GetTableClient(name);

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
        var options = new BlobClientOptions { Transport = transport };
        return settings.ConnectionString is { } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(settings.BlobServiceUri, credential.Value, options);
    }

    private QueueServiceClient MakeQueues()
    {
        // As host.json says for the functions that read them.
        var options = new QueueClientOptions { Transport = transport, MessageEncoding = QueueMessageEncoding.Base64 };
        return settings.ConnectionString is { } connection
            ? new QueueServiceClient(connection, options)
            : new QueueServiceClient(settings.QueueServiceUri, credential.Value, options);
    }

    private TableServiceClient MakeTables()
    {
        var options = new TableClientOptions { Transport = transport };
        if (settings.ConnectionString is null)
        {
            return new TableServiceClient(settings.TableServiceUri!, credential.Value, options);
        }

        var errors = new List<string>();
        StorageConnectionString account = StorageConnectionString.Parse(settings.ConnectionString, errors) ?? throw new StorageSettingsException(errors);
        return new TableServiceClient(account.TableEndpoint, new TableSharedKeyCredential(account.AccountName, account.AccountKey), options);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using MlServerless.Data;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Storage;

namespace MlServerless.EndToEnd.Support;

/// <summary>The storage account as its owner sees it: uploads go in here, and what the app has written can be looked at.</summary>
internal sealed class Account(string connectionString)
{
    private static readonly string[] PoisonQueues = ["dataset-events-poison", "commands-poison"];

    private readonly BlobContainerClient incoming = new(connectionString, "incoming");
    private readonly BlobContainerClient batches = new(connectionString, "batches");

    /// <summary>The app's own storage, to read its tables and content.</summary>
    public IPipelineStorage Storage { get; } = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = connectionString });

    public async Task<Upload> UploadAsync(string pipeline, string file, byte[] content)
    {
        string name = $"{pipeline}/{file}";
        BlobClient blob = incoming.GetBlobClient(name);
        using var stream = new MemoryStream(content);
        BlobContentInfo info = await blob.UploadAsync(stream, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" } });
        return new Upload(pipeline, name, blob.Uri, info.ETag.ToString().Trim('"'), info.LastModified, content.Length);
    }

    /// <summary>Puts a file where batch jobs read.</summary>
    public Task PutBatchAsync(string name, byte[] content) => batches.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true);

    /// <summary>Puts an event on the queue of uploads, as Event Grid does.</summary>
    public Task SendEventAsync(string text) => Queue("dataset-events").SendMessageAsync(text);

    /// <summary>Messages that were given up: none, ever.</summary>
    public async Task<int> CountPoisonAsync()
    {
        int count = 0;
        foreach (string name in PoisonQueues)
        {
            QueueClient queue = Queue(name);
            if (await queue.ExistsAsync())
                count += (await queue.PeekMessagesAsync(32)).Value.Length;
        }

        return count;
    }

    /// <summary>The run's record as it is stored.</summary>
    public async Task<RunRecord> ReadRunAsync(string pipeline, string id)
    {
        Row row = await Storage.Runs.FindAsync(pipeline, "run:" + id, default) ?? throw new InvalidOperationException($"Run {id} has no row.");
        return JsonSerializer.Deserialize(row.Json, PipelineJson.Default.RunRecord)!;
    }

    /// <summary>Keys of a partition's rows, by what stands before their first colon.</summary>
    public static async Task<ILookup<string, string>> KeysAsync(IRowTable table, string partition)
    {
        var keys = new List<string>();
        await foreach (Row row in table.QueryAsync(partition, null, null, default))
            keys.Add(row.Key);
        return keys.ToLookup(key => key.Split(':')[0]);
    }

    public async Task<JsonObject> ReadContentAsync(string hash) =>
        JsonNode.Parse(await Storage.Content.ReadAsync(ContentHash.Parse(hash), default))!.AsObject();

    public async Task<IReadOnlyList<string>> CheckpointsAsync(string runId)
    {
        var found = new List<string>();
        await foreach (string path in Storage.Checkpoints.ListAsync(runId, default))
            found.Add(path);
        return found;
    }

    /// <summary>Copies what was counted in the newest window of a model's predictions into an earlier one, which has thereby ended.</summary>
    public async Task EndWindowAsync(string model, TimeSpan ago)
    {
        string[][] paths = [];
        for (DateTime limit = DateTime.UtcNow.AddSeconds(30); paths.Length == 0; await Task.Delay(100))
        {
            Assert.True(DateTime.UtcNow < limit, $"No prediction of '{model}' was counted.");
            paths = [.. (await Storage.MonitoringBlobs.ListAsync(PredictionSketches.Folder(model), default).ToListAsync()).Select(path => path.Split('/'))];
        }

        string newest = paths.Select(path => path[2]).Max(StringComparer.Ordinal)!;
        Assert.True(MonitoringWindow.TryParse(newest, out MonitoringWindow window), newest);
        string earlier = MonitoringWindow.Containing(window.Start - ago, window.Length).Name;
        foreach (string[] path in paths.Where(path => path[2] == newest))
            await Storage.MonitoringBlobs.WriteAsync($"{path[0]}/{path[1]}/{earlier}/{path[3]}", (await Storage.MonitoringBlobs.FindAsync(string.Join('/', path), default))!, default);
    }

    private QueueClient Queue(string name) => new(connectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
}

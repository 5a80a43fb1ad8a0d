using System.Globalization;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Runs;

namespace MlServerless.EndToEnd.Support;

/// <summary>A file in the container of uploads.</summary>
/// <param name="Blob">Name in the container.</param>
/// <param name="ETag">Without quotes.</param>
internal sealed record Upload(string Pipeline, string Blob, Uri Url, string ETag, DateTimeOffset LastModified, long Bytes)
{
    /// <summary>The id of the run that it starts, once and for all.</summary>
    public string RunId { get; } = Pipelines.Runs.RunId.ForUpload(Pipeline, Url, ETag);

    /// <summary>The event by which Event Grid tells of it.</summary>
    /// <param name="id">Of the event; a repeated delivery has the same.</param>
    public string ToEvent(string id) => new JsonObject
    {
        ["topic"] = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tests/providers/Microsoft.Storage/storageAccounts/devstoreaccount1",
        ["subject"] = $"/blobServices/default/containers/incoming/blobs/{Blob}",
        ["eventType"] = "Microsoft.Storage.BlobCreated",
        ["eventTime"] = LastModified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        ["id"] = id,
        ["data"] = new JsonObject
        {
            ["api"] = "PutBlob",
            ["eTag"] = ETag,
            ["contentType"] = "text/csv",
            ["contentLength"] = Bytes,
            ["blobType"] = "BlockBlob",
            ["url"] = Url.AbsoluteUri,
            ["sequencer"] = "000000000000000000000000000000000000000000000001",
        },
        ["dataVersion"] = "",
        ["metadataVersion"] = "1",
    }.ToJsonString();
}

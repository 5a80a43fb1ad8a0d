using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlServerless.DevHost.Blobs;

/// <summary>A new version of a blob, and the Event Grid message by which Azure announces it.</summary>
/// <param name="Api">The storage operation, such as <c>PutBlob</c> or <c>PutBlockList</c>.</param>
/// <param name="ETag">Without quotes.</param>
internal sealed record BlobCreatedEvent(
    string Account, string Container, string Name, Uri Url, string Api, string ETag, string ContentType, long ContentLength,
    string BlobType, DateTimeOffset CreatedAt, long Sequencer)
{
    /// <summary>The event in the Event Grid schema, as UTF-8.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("topic", $"/subscriptions/{Guid.Empty}/resourceGroups/devhost/providers/Microsoft.Storage/storageAccounts/{Account}");
            json.WriteString("subject", $"/blobServices/default/containers/{Container}/blobs/{Name}");
            json.WriteString("eventType", "Microsoft.Storage.BlobCreated");
            json.WriteString("eventTime", CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("id", Id());
            json.WriteStartObject("data");
            json.WriteString("api", Api);
            json.WriteString("clientRequestId", Id());
            json.WriteString("requestId", Id());
            json.WriteString("eTag", $"\"{ETag}\"");
            json.WriteString("contentType", ContentType);
            json.WriteNumber("contentLength", ContentLength);
            json.WriteString("blobType", BlobType);
            json.WriteString("url", Url.AbsoluteUri);
            json.WriteString("sequencer", Sequencer.ToString("x48", CultureInfo.InvariantCulture));
            json.WriteStartObject("storageDiagnostics");
            json.WriteString("batchId", Id());
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("dataVersion", "");
            json.WriteString("metadataVersion", "1");
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The same for every announcement of one version, as a repeated delivery of Event Grid is.</summary>
    private string Id() => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(Url.AbsoluteUri + "\n" + ETag)).AsSpan(0, 16)).ToString();
}

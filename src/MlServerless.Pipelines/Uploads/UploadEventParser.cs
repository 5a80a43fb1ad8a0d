using System.Text;
using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Uploads;

/// <summary>
/// Reads <c>Microsoft.Storage.BlobCreated</c> events as Event Grid puts them on a queue: the Event Grid schema or CloudEvents 1.0, one object or an array of them.
/// Other event types and other containers are passed over.
/// </summary>
public static class UploadEventParser
{
    public const string Container = "incoming";

    private const int MaxDepth = 16;
    private const string BlobCreated = "Microsoft.Storage.BlobCreated";

    /// <exception cref="JsonException">The message is not JSON.</exception>
    public static IReadOnlyList<UploadEvent> Parse(string message)
    {
        byte[] json = Encoding.UTF8.GetBytes(message);
        WellFormedJson.Require(json, MaxDepth);
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(ParseOne).OfType<UploadEvent>()]
            : ParseOne(document.RootElement) is { } single ? [single] : [];
    }

    private static UploadEvent? ParseOne(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object
            || (Text(item, "eventType") ?? Text(item, "type")) != BlobCreated
            || !item.TryGetProperty("data", out JsonElement data)
            || data.ValueKind != JsonValueKind.Object
            || !Uri.TryCreate(Text(data, "url"), UriKind.Absolute, out Uri? url)
            || BlobName(url, Text(item, "subject")) is not { Length: > 0 } blob)
        {
            return null;
        }

        return new UploadEvent(blob, url, Text(data, "eTag")?.Trim('"'), Text(data, "sequencer"));
    }

    private static string? BlobName(Uri url, string? subject)
    {
        const string subjectPrefix = "/blobServices/default/containers/" + Container + "/blobs/";
        if (subject is not null)
            return subject.StartsWith(subjectPrefix, StringComparison.Ordinal) ? subject[subjectPrefix.Length..] : null;

        // Without a subject the path decides: /incoming/name, or /account/incoming/name where the host is no account of its own.
        string path = Uri.UnescapeDataString(url.AbsolutePath);
        int start = path.IndexOf("/" + Container + "/", StringComparison.Ordinal);
        return start < 0 ? null : path[(start + Container.Length + 2)..];
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

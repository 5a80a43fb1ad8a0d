using System.Text;
using System.Text.Json;

namespace MlServerless.Worker.Tests.Exchanges;

/// <summary>One recorded request of the Functions host, and what a handler once answered.</summary>
public sealed record Exchange(string Name, string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Exchanges");

    public static IReadOnlyList<string> AllNames { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    public bool IsChunked => Headers.TryGetValue("Transfer-Encoding", out var encoding) && encoding == "chunked";

    public static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
        return document.RootElement.Clone();
    }

    public static Exchange Load(string name)
    {
        var request = Json(name).GetProperty("request");
        return new Exchange(
            name,
            request.GetProperty("method").GetString()!,
            request.GetProperty("path").GetString()! + request.GetProperty("query").GetString()!,
            request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!),
            Encoding.UTF8.GetBytes(request.GetProperty("body").GetString()!));
    }

    /// <summary>The request as it was recorded, sent to another address.</summary>
    public HttpRequestMessage ToRequest(byte[]? body = null)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), PathAndQuery);
        if (Method is "POST" or "PUT")
        {
            message.Content = new ByteArrayContent(body ?? Body);
        }

        foreach (var (name, value) in Headers)
        {
            switch (name)
            {
                case "Transfer-Encoding":
                    message.Headers.TransferEncodingChunked = true;
                    break;
                case "Content-Length":
                    // Some bodies were recorded as text and have lost their length.
                    break;
                case "Content-Type":
                    message.Content!.Headers.TryAddWithoutValidation(name, value);
                    break;
                default:
                    message.Headers.TryAddWithoutValidation(name, value);
                    break;
            }
        }

        return message;
    }
}

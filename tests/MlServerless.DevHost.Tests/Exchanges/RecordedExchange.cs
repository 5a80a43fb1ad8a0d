using System.Text.Json;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>One recorded request of the real Functions host, and what the bench handler answered to it.</summary>
internal sealed record RecordedExchange(string Name, SentRequest Request, int Status, string? ContentType, string Body)
{
    public static IReadOnlyList<RecordedExchange> All { get; } = Load();

    private static List<RecordedExchange> Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Exchanges", "Recorded");
        return [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)
            .Where(path => Path.GetFileName(path) != "env-of-handler-process.json")
            .Select(Read)];
    }

    private static RecordedExchange Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var request = document.RootElement.GetProperty("request");
        var response = document.RootElement.GetProperty("response");
        return new(
            Path.GetFileNameWithoutExtension(path),
            new SentRequest(
                request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!, request.GetProperty("query").GetString()!,
                request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
                request.GetProperty("bodyLength").GetInt64(), request.GetProperty("body").GetString()!),
            response.GetProperty("status").GetInt32(),
            response.TryGetProperty("contentType", out var type) ? type.GetString() : null,
            response.TryGetProperty("body", out var body) ? body.GetString() ?? "" : "");
    }
}

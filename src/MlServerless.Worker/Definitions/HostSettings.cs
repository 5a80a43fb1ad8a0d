using System.Globalization;
using System.Text.Json;

namespace MlServerless.Worker.Definitions;

/// <summary>What of host.json the worker and the build must know.</summary>
/// <param name="RoutePrefix">Before every HTTP route; without slashes at its ends; the host's default is "api".</param>
/// <param name="FunctionTimeout">Null where it is not set; <see cref="Timeout.InfiniteTimeSpan"/> where there is none.</param>
internal sealed record HostSettings(string RoutePrefix, TimeSpan? FunctionTimeout)
{
    public static HostSettings Default { get; } = new("api", null);

    /// <exception cref="InvalidDataException">The file is not the JSON of a host.json.</exception>
    public static HostSettings Read(string path)
    {
        if (!File.Exists(path))
        {
            return Default;
        }

        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = document.RootElement;
            var prefix = Text(Member(Member(Member(root, "extensions"), "http"), "routePrefix"));
            var timeout = Text(Member(root, "functionTimeout"));
            return new HostSettings(prefix?.Trim('/') ?? Default.RoutePrefix, ParseTimeout(timeout));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>As the host reads it: "-1" means without limit.</summary>
    public static TimeSpan? ParseTimeout(string? text)
        => text is "-1" ? Timeout.InfiniteTimeSpan
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > TimeSpan.Zero ? timeout
            : null;

    private static JsonElement? Member(JsonElement? element, string name)
        => element is { ValueKind: JsonValueKind.Object } e && e.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element)
        => element is { ValueKind: JsonValueKind.String } e ? e.GetString() : null;
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>
/// Brings a request into a form in which only what is volatile is masked: ids, times, ports, and the texts of stack traces. The form
/// of each masked value is still checked, as another form would not be masked.
/// </summary>
internal static partial class Masking
{
    /// <summary>Names of metadata whose whole value changes with every message.</summary>
    private static readonly string[] VolatileStrings = ["Id", "PopReceipt"];

    public static string Normalize(SentRequest request)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append(' ').Append(request.Path).Append(request.Query).Append('\n');
        foreach (var (name, value) in request.Headers.OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase))
            text.Append(name.ToUpperInvariant()).Append(": ").Append(Text(value)).Append('\n');
        if (request.Body.StartsWith("{\"Data\":", StringComparison.Ordinal))
            return text.Append(Body(request.Body)).ToString();
        // Binary bodies were recorded with replacement characters; their length tells them apart.
        return text.Append(request.BodyLength).Append(request.Body.Contains('\ufffd', StringComparison.Ordinal) ? "" : request.Body).ToString();
    }

    private static string Body(string body)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        if (root["Data"] is JsonObject data)
        {
            if (data["context"] is { } context)
                data["context"] = Orchestration(context.GetValue<string>());
            if (data["req"]?["Headers"] is JsonObject headers)
                data["req"]!["Headers"] = Sorted(headers);
        }

        var metadata = root["Metadata"]!.AsObject();
        if (metadata["Headers"] is JsonObject sent)
            metadata["Headers"] = Sorted(sent);
        if (metadata["instanceId"] is not null)
            metadata["instanceId"] = "<instance>";
        if (metadata["DequeueCount"] is not null)
        {
            foreach (var name in VolatileStrings)
            {
                Assert.Matches("^\"[A-Za-z0-9+/=-]+\"$", metadata[name]!.GetValue<string>());
                metadata[name] = $"<{name}>";
            }
        }

        return Text(root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    private static JsonObject Sorted(JsonObject from) =>
        new(from.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static string Orchestration(string context)
    {
        // The base64 text stands inside a JSON string inside the JSON string.
        var request = OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(JsonSerializer.Deserialize<string>(context)!));
        request.InstanceId = "<instance>";
        // Sent by extension 3.x alone.
        request.Properties.Clear();
        foreach (var e in request.PastEvents.Concat(request.NewEvents))
        {
            Assert.NotNull(e.Timestamp);
            e.Timestamp = null;
            if (e.ExecutionStarted is { } started)
            {
                Mask(started.OrchestrationInstance);
                if (started.ParentInstance is { } parent)
                    Mask(parent.OrchestrationInstance);
            }

            for (var failure = e.TaskFailed?.FailureDetails; failure is not null; failure = failure.InnerFailure)
                failure.StackTrace = failure.StackTrace is null ? null : "<stack>";
        }

        return JsonFormatter.Default.Format(request);
    }

    private static void Mask(OrchestrationInstance instance)
    {
        Assert.Matches("^[0-9a-f]{32}$", instance.ExecutionId);
        instance.ExecutionId = "<execution>";
        // Children are named by their orchestrator.
        if (!instance.InstanceId.Contains(':', StringComparison.Ordinal))
            instance.InstanceId = "<instance>";
    }

    private static string Text(string text)
    {
        text = Guid().Replace(text, "<guid>");
        text = UtcTime().Replace(text, "<time Z>");
        text = OffsetTime().Replace(text, "<time +00:00>");
        text = HttpDate().Replace(text, "<date>");
        text = Timeout().Replace(text, "Timeout value of <time>");
        text = HostVersion().Replace(text, "<host version>");
        text = Key().Replace(text, "code=<key>");
        return Port().Replace(text, "$1:<port>");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Guid();

    [GeneratedRegex(@"(?<=UtcNow"": "")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z")]
    private static partial Regex UtcTime();

    [GeneratedRegex(@"(?<=Time"": "")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+|\\u002B)00:00")]
    private static partial Regex OffsetTime();

    [GeneratedRegex(@"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")]
    private static partial Regex HttpDate();

    [GeneratedRegex(@"Timeout value of \d\d:\d\d:\d\d")]
    private static partial Regex Timeout();

    [GeneratedRegex(@"\b4\.\d+\.\d+\.\d+\b")]
    private static partial Regex HostVersion();

    [GeneratedRegex(@"code=[A-Za-z0-9_-]{16,}")]
    private static partial Regex Key();

    [GeneratedRegex(@"(127\.0\.0\.1|localhost):\d{2,5}")]
    private static partial Regex Port();
}

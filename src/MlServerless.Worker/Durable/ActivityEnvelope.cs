using System.Text;
using System.Text.Json;

namespace MlServerless.Worker.Durable;

/// <summary>
/// How an activity's outcome travels through the host: <c>{"ok":true,"value":…}</c> or <c>{"ok":false,"error":{type,message,retriable,inner}}</c>,
/// as the text of a JSON string. As text it reaches the orchestrator letter for letter, and beginning with a brace it is never taken for base64.
/// </summary>
internal static class ActivityEnvelope
{
    public static byte[] Success(ReadOnlySpan<byte> valueJson)
    {
        using var stream = new MemoryStream(valueJson.Length + 32);
        stream.Write("{\"ok\":true,\"value\":"u8);
        stream.Write(valueJson);
        stream.WriteByte((byte)'}');
        return stream.ToArray();
    }

    public static byte[] Failure(TaskFailureDetails failure)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", false);
            Write(json, "error", failure);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>
    /// Reads an activity's result from the history. A result that is no envelope comes from a worker of another make and is the value itself.
    /// </summary>
    public static ActivityOutcome Read(string? result)
    {
        if (result is null)
        {
            return new ActivityOutcome("null", null);
        }

        try
        {
            using var document = JsonDocument.Parse(result);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.String
                ? TryRead(root.GetString()!) ?? new ActivityOutcome(result, null)
                : TryRead(root) ?? new ActivityOutcome(result, null);
        }
        catch (JsonException)
        {
            return new ActivityOutcome(result, null);
        }
    }

    /// <summary>Reads the envelope's text; null when it is something else.</summary>
    public static ActivityOutcome? TryRead(string? text)
    {
        if (text is null || !text.StartsWith("{\"ok\":", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return TryRead(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ActivityOutcome? TryRead(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Count() != 2 || !root.TryGetProperty("ok", out var ok))
        {
            return null;
        }

        return ok.ValueKind switch
        {
            JsonValueKind.True when root.TryGetProperty("value", out var value) => new ActivityOutcome(value.GetRawText(), null),
            JsonValueKind.False when root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object => new ActivityOutcome(null, ReadFailure(error)),
            _ => null,
        };
    }

    private static void Write(Utf8JsonWriter json, string name, TaskFailureDetails failure)
    {
        json.WriteStartObject(name);
        json.WriteString("type", failure.ErrorType);
        json.WriteString("message", failure.ErrorMessage);
        json.WriteBoolean("retriable", !failure.IsNonRetriable);
        if (failure.InnerFailure is { } inner)
        {
            Write(json, "inner", inner);
        }

        json.WriteEndObject();
    }

    private static TaskFailureDetails ReadFailure(JsonElement error)
        => new(
            Text(error, "type"),
            Text(error, "message"),
            error.TryGetProperty("inner", out var inner) && inner.ValueKind == JsonValueKind.Object ? ReadFailure(inner) : null,
            error.TryGetProperty("retriable", out var retriable) && retriable.ValueKind == JsonValueKind.False);

    private static string Text(JsonElement error, string name)
        => error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

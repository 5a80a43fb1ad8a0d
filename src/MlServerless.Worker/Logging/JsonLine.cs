using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace MlServerless.Worker.Logging;

/// <summary>Writes one log entry as one line of JSON.</summary>
internal static class JsonLine
{
    private const string MessageTemplateKey = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write<TState>(
        IBufferWriter<byte> output,
        DateTimeOffset time,
        LogLevel level,
        string category,
        EventId eventId,
        string message,
        TState state,
        Exception? exception,
        IExternalScopeProvider? scopes)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", level.ToString());
            json.WriteString("category", category);
            json.WriteString("message", message);
            if (!string.IsNullOrEmpty(eventId.Name))
            {
                json.WriteString("event", eventId.Name);
            }

            if (Activity.Current is { } activity)
            {
                json.WriteString("traceId", activity.TraceId.ToHexString());
                json.WriteString("spanId", activity.SpanId.ToHexString());
            }

            WriteMembers(json, "data", state);
            WriteScopes(json, scopes);
            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteMembers<TState>(Utf8JsonWriter json, string name, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> members || members.All(m => m.Key == MessageTemplateKey))
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in members)
        {
            if (key != MessageTemplateKey)
            {
                WriteValue(json, key, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteScopes(Utf8JsonWriter json, IExternalScopeProvider? scopes)
    {
        if (scopes is null)
        {
            return;
        }

        // Inner scopes override outer ones; a line with the same member twice is not readable everywhere.
        var members = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        scopes.ForEachScope(
            static (scope, members) =>
            {
                switch (scope)
                {
                    case IEnumerable<KeyValuePair<string, object?>> pairs:
                        foreach (var (key, value) in pairs.Where(p => p.Key != MessageTemplateKey))
                        {
                            members[key] = value;
                        }

                        break;
                    case not null:
                        members["scope"] = scope;
                        break;
                }
            },
            members);
        if (members.Count == 0)
        {
            return;
        }

        json.WriteStartObject("scope");
        foreach (var (key, value) in members)
        {
            WriteValue(json, key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool b:
                json.WriteBoolean(name, b);
                break;
            case int or long or short or byte or sbyte or ushort or uint:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double d when double.IsFinite(d):
                json.WriteNumber(name, d);
                break;
            case decimal d:
                json.WriteNumber(name, d);
                break;
            case JsonElement element:
                json.WritePropertyName(name);
                element.WriteTo(json);
                break;
            case IFormattable f:
                json.WriteString(name, f.ToString(value is DateTime or DateTimeOffset ? "o" : null, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}

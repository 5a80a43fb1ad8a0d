using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlServerless.DevHost.Invocation;

/// <summary>
/// JSON as the host's Newtonsoft.Json writes it after it has read it as objects: no whitespace, little escaping, numbers with a
/// fraction as doubles, and (unless they are kept) strings that look like ISO 8601 times as times whose offset became UTC.
/// </summary>
internal static class NewtonsoftJson
{
    /// <summary>Writes <paramref name="value"/>; <paramref name="datesAsTimes"/> reproduces the reader's default date handling.</summary>
    public static string Serialize(JsonElement value, bool datesAsTimes)
    {
        var text = new StringBuilder();
        Write(text, value, datesAsTimes);
        return text.ToString();
    }

    /// <summary>A JSON string literal.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        AppendQuoted(text, value);
        return text.ToString();
    }

    public static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or '\u0085' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>The text that a number, string or boolean has in binding data: invariant, times as <c>MM/dd/yyyy HH:mm:ss</c>.</summary>
    public static string? BindingText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when TryReadTime(value.GetString()!, out var time, out _) =>
            time.ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => IsInteger(value.GetRawText())
            ? value.GetRawText()
            : value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static void Write(StringBuilder text, JsonElement value, bool datesAsTimes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var first = true;
                foreach (var property in value.EnumerateObject())
                {
                    if (!first)
                        text.Append(',');
                    first = false;
                    AppendQuoted(text, property.Name);
                    text.Append(':');
                    Write(text, property.Value, datesAsTimes);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Write(text, value[i], datesAsTimes);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                var s = value.GetString()!;
                if (datesAsTimes && TryReadTime(s, out var time, out var kind))
                    text.Append('"').Append(FormatTime(time, kind)).Append('"');
                else
                    AppendQuoted(text, s);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static string Number(JsonElement value)
    {
        var raw = value.GetRawText();
        if (IsInteger(raw))
            return raw;
        var text = value.GetDouble().ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".EeN∞") ? text : text + ".0";
    }

    private static bool IsInteger(string raw) => !raw.AsSpan().ContainsAny(".eE");

    /// <summary>Reads <c>yyyy-MM-ddTHH:mm:ss[.fffffff][Z|±HH:mm]</c>; a time with an offset comes back in UTC.</summary>
    private static bool TryReadTime(string text, out DateTime time, out TimeKind kind)
    {
        time = default;
        kind = default;
        if (text.Length is < 19 or > 40 || text[10] != 'T' || text[4] != '-')
            return false;
        var end = 19;
        if (text.Length > end && text[end] == '.')
        {
            do
            {
                end++;
            }
            while (end < text.Length && char.IsAsciiDigit(text[end]));

            if (end is < 21 or > 27)
                return false;
        }

        if (!DateTime.TryParseExact(text[..end].TrimEnd('.'), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
            return false;
        var zone = text[end..];
        if (zone.Length == 0)
        {
            kind = TimeKind.Unspecified;
            return true;
        }

        if (zone == "Z")
        {
            kind = TimeKind.Utc;
            return true;
        }

        if (zone.Length != 6 || zone[0] is not ('+' or '-') || !TimeSpan.TryParseExact(zone[1..], "hh\\:mm", CultureInfo.InvariantCulture, out var offset))
            return false;
        kind = TimeKind.Offset;
        time = zone[0] == '+' ? time - offset : time + offset;
        return true;
    }

    private static string FormatTime(DateTime time, TimeKind kind) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)
        + kind switch { TimeKind.Utc => "Z", TimeKind.Offset => "+00:00", _ => "" };

    private enum TimeKind
    {
        Unspecified,
        Utc,
        Offset,
    }
}

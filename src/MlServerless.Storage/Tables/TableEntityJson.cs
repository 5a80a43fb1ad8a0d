using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure;

namespace MlServerless.Storage.Tables;

/// <summary>Entities as OData JSON 3.0: types that JSON lacks travel as strings with an <c>@odata.type</c> beside them.</summary>
internal static class TableEntityJson
{
    private const string TypeSuffix = "@odata.type";

    // A JSON document inside a string is full of quotes: six bytes each with the default encoder, two with this one.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(TableEntity entity)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("PartitionKey"u8, entity.PartitionKey);
            writer.WriteString("RowKey"u8, entity.RowKey);
            foreach ((string name, object value) in entity)
            {
                WriteProperty(writer, name, value);
            }

            writer.WriteEndObject();
        }

        return Ascii(buffer.WrittenMemory);
    }

    /// <summary>The same JSON with <c>\uXXXX</c> for what is not ASCII.</summary>
    /// <remarks>The emulator decodes each piece of a request as it arrives, and so breaks a character whose bytes two pieces share.</remarks>
    private static ReadOnlyMemory<byte> Ascii(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> rest = json.Span;
        if (System.Text.Ascii.IsValid(rest))
        {
            return json;
        }

        var escaped = new ArrayBufferWriter<byte>(rest.Length + (rest.Length / 2));
        Span<char> units = stackalloc char[2];
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (plain < 0)
            {
                plain = rest.Length;
            }

            escaped.Write(rest[..plain]);
            rest = rest[plain..];
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == OperationStatus.Done)
            {
                foreach (char unit in units[..rune.EncodeToUtf16(units)])
                {
                    escaped.Write("\\u"u8);
                    ((int)unit).TryFormat(escaped.GetSpan(4), out int written, "x4", CultureInfo.InvariantCulture);
                    escaped.Advance(written);
                }

                rest = rest[length..];
            }
        }

        return escaped.WrittenMemory;
    }

    public static T Read<T>(JsonElement json)
        where T : TableEntity, new()
    {
        var entity = new T();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            switch (property.Name)
            {
                case "PartitionKey":
                    entity.PartitionKey = property.Value.GetString()!;
                    break;
                case "RowKey":
                    entity.RowKey = property.Value.GetString()!;
                    break;
                case "Timestamp":
                    entity.Timestamp = ReadDateTime(property.Value.GetString()!);
                    break;
                case "odata.etag":
                    entity.ETag = new ETag(property.Value.GetString()!);
                    break;
                default:
                    if (!IsAnnotation(property.Name) && property.Value.ValueKind != JsonValueKind.Null)
                    {
                        entity[property.Name] = ReadValue(json, property);
                    }

                    break;
            }
        }

        return entity;
    }

    private static bool IsAnnotation(string name) =>
        name.StartsWith("odata.", StringComparison.Ordinal) || name.EndsWith(TypeSuffix, StringComparison.Ordinal);

    private static void WriteProperty(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(name, text);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                WriteTyped(writer, name, "Edm.Int64", number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                writer.WriteString(name + TypeSuffix, "Edm.Double");
                writer.WriteNumber(name, number);
                break;
            case double number:
                WriteTyped(writer, name, "Edm.Double", number.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                WriteTyped(writer, name, "Edm.DateTime", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
                break;
            case Guid guid:
                WriteTyped(writer, name, "Edm.Guid", guid.ToString("D"));
                break;
            case BinaryData binary:
                WriteTyped(writer, name, "Edm.Binary", Convert.ToBase64String(binary));
                break;
            default:
                throw new ArgumentException(
                    $"The property '{name}' is a {value.GetType().Name}. A table holds string, bool, int, long, double, DateTimeOffset, Guid and BinaryData.");
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, string name, string type, string value)
    {
        writer.WriteString(name + TypeSuffix, type);
        writer.WriteString(name, value);
    }

    private static object ReadValue(JsonElement entity, JsonProperty property)
    {
        JsonElement value = property.Value;
        string? type = entity.TryGetProperty(property.Name + TypeSuffix, out JsonElement annotation) ? annotation.GetString() : null;
        return (type, value.ValueKind) switch
        {
            ("Edm.Int64", _) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            ("Edm.DateTime", _) => ReadDateTime(value.GetString()!),
            ("Edm.Guid", _) => Guid.Parse(value.GetString()!),
            ("Edm.Binary", _) => new BinaryData(value.GetBytesFromBase64()),
            ("Edm.Double", JsonValueKind.String) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
            ("Edm.Double", _) => value.GetDouble(),
            (null or "Edm.String", JsonValueKind.String) => value.GetString()!,
            (null or "Edm.Boolean", JsonValueKind.True) => true,
            (null or "Edm.Boolean", JsonValueKind.False) => false,
            (null or "Edm.Int32", JsonValueKind.Number) when value.TryGetInt32(out int number) => number,
            (null, JsonValueKind.Number) => value.GetDouble(),
            _ => throw new JsonException($"The property '{property.Name}' has the unknown type '{type}' and a value of kind {value.ValueKind}."),
        };
    }

    private static DateTimeOffset ReadDateTime(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

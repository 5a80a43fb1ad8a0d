using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Serving;

/// <summary>Writes rows of a table as an application would send them, so that the serving code can be held against the evaluation.</summary>
internal static class JsonRowWriter
{
    /// <summary>Writes an array of rows.</summary>
    /// <param name="start">First row, 0-based.</param>
    public static void Write(Utf8JsonWriter writer, Table table, ModelSignature signature, int start, int count)
    {
        Column[] columns = [.. signature.Inputs.Select(input => table[input.Name])];
        writer.WriteStartArray();
        for (int row = start; row < start + count; row++)
        {
            writer.WriteStartObject();
            for (int i = 0; i < columns.Length; i++)
            {
                writer.WritePropertyName(signature.Inputs[i].Name);
                WriteValue(writer, columns[i], row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, Column column, int row)
    {
        switch (column)
        {
            case NumericColumn numbers when double.IsNaN(numbers.Values[row]):
                writer.WriteNullValue();
                break;
            case NumericColumn { Type: ColumnType.Boolean } flags:
                writer.WriteBooleanValue(flags.Values[row] != 0);
                break;
            case NumericColumn { Type: ColumnType.DateTime } times:
                writer.WriteStringValue(Iso(times.Values[row]));
                break;
            case NumericColumn numbers:
                DoubleJsonConverter.Write(writer, numbers.Values[row]);
                break;
            case CategoryColumn categories when categories.Codes[row] >= 0:
                writer.WriteStringValue(categories.Vocabulary[categories.Codes[row]]);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Seconds since 1970 as ISO 8601, to the tick.</summary>
    public static string Iso(double seconds)
    {
        double whole = Math.Floor(seconds);
        long ticks = (long)Math.Round((seconds - whole) * TimeSpan.TicksPerSecond);
        DateTime time = DateTime.UnixEpoch.AddTicks(((long)whole * TimeSpan.TicksPerSecond) + ticks);
        return time.ToString(ticks == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
    }
}

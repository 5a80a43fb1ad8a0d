using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Learning.Artifacts;

/// <summary>Arrays of numbers as members of the current object.</summary>
internal static class JsonWrite
{
    public static void Integers(Utf8JsonWriter writer, string name, ReadOnlySpan<int> values)
    {
        writer.WriteStartArray(name);
        foreach (int value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    public static void Numbers(Utf8JsonWriter writer, string name, ReadOnlySpan<double> values)
    {
        writer.WritePropertyName(name);
        Numbers(writer, values);
    }

    public static void Numbers(Utf8JsonWriter writer, ReadOnlySpan<double> values)
    {
        writer.WriteStartArray();
        foreach (double value in values)
            DoubleJsonConverter.Write(writer, value);
        writer.WriteEndArray();
    }

    public static void Number(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        DoubleJsonConverter.Write(writer, value);
    }
}

using System.Text.Json;

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
        writer.WriteStartArray(name);
        foreach (double value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}

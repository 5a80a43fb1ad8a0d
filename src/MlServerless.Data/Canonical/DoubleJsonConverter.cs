using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>Numbers as JSON that reads back as the same number, which two powers of two do not as the runtime writes them: see <see cref="EcmaNumber"/>.</summary>
public sealed class DoubleJsonConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => Write(writer, value);

    /// <summary>Writes a number as a value.</summary>
    /// <exception cref="ArgumentException">It is NaN or an infinity, which JSON lacks.</exception>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReadOnlySpan<byte> text = EcmaNumber.TextOf(value);
        if (text.IsEmpty)
            writer.WriteNumberValue(value);
        else
            writer.WriteRawValue(text, skipInputValidation: true);
    }
}

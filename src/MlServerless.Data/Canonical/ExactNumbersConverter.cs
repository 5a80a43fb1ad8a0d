using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>
/// Writes doubles so that they are read back as the same, powers of two included: the runtime's shortest text of some of these (2^-25) is that of a neighbour.
/// </summary>
internal sealed class ExactNumbersConverter : JsonConverter<IReadOnlyList<double>>
{
    public override IReadOnlyList<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("An array of numbers is expected.");
        var numbers = new List<double>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number)
                ? number
                : throw new JsonException("A number is expected."));
        }

        return numbers;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<double> value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[EcmaNumber.MaxLength];
        writer.WriteStartArray();
        foreach (double number in value)
            writer.WriteRawValue(text[..EcmaNumber.Format(number, text)], skipInputValidation: true);
        writer.WriteEndArray();
    }
}

using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>Copies the value on which a reader stands in canonical form.</summary>
internal static class CanonicalWriter
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create("\"\\" + string.Concat(Enumerable.Range(0, 32).Select(code => (char)code)));

    internal static void WriteValue(ref Utf8JsonReader reader, ByteBuffer output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, output);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader, output);
                break;
            case JsonTokenType.String:
                WriteString(reader.GetString()!, output);
                break;
            case JsonTokenType.Number:
                WriteNumber(reader.ValueSpan, output);
                break;
            default:
                output.Add(reader.ValueSpan);
                break;
        }
    }

    private static void WriteObject(ref Utf8JsonReader reader, ByteBuffer output)
    {
        output.Add((byte)'{');
        int start = output.Length;
        var members = new List<(string Name, int Start, int Length)>();
        bool ordered = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            if (members.Count > 0)
            {
                output.Add((byte)',');
                ordered &= string.CompareOrdinal(members[^1].Name, name) < 0;
            }

            int memberStart = output.Length;
            WriteString(name, output);
            output.Add((byte)':');
            reader.Read();
            WriteValue(ref reader, output);
            members.Add((name, memberStart - start, output.Length - memberStart));
        }

        if (!ordered)
            Reorder(members, start, output);
        output.Add((byte)'}');
    }

    private static void Reorder(List<(string Name, int Start, int Length)> members, int start, ByteBuffer output)
    {
        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        byte[] asRead = output.Written[start..].ToArray();
        output.CutBackTo(start);
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                    throw new JsonException($"The name '{members[i].Name}' occurs twice in one object.");
                output.Add((byte)',');
            }

            output.Add(asRead.AsSpan(members[i].Start, members[i].Length));
        }
    }

    private static void WriteArray(ref Utf8JsonReader reader, ByteBuffer output)
    {
        output.Add((byte)'[');
        bool first = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!first)
                output.Add((byte)',');
            first = false;
            WriteValue(ref reader, output);
        }

        output.Add((byte)']');
    }

    private static void WriteString(string text, ByteBuffer output)
    {
        output.Add((byte)'"');
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOfAny(Escaped);
            if (plain != 0)
            {
                ReadOnlySpan<char> run = plain < 0 ? rest : rest[..plain];
                Encoding.UTF8.GetBytes(run, output.Reserve(Encoding.UTF8.GetByteCount(run)));
                rest = rest[run.Length..];
                continue;
            }

            WriteEscape(rest[0], output);
            rest = rest[1..];
        }

        output.Add((byte)'"');
    }

    private static void WriteEscape(char character, ByteBuffer output)
    {
        output.Add((byte)'\\');
        int shortForm = "\"\\\b\t\n\f\r".IndexOf(character, StringComparison.Ordinal);
        if (shortForm >= 0)
        {
            output.Add("\"\\btnfr"u8[shortForm]);
            return;
        }

        output.Add("u00"u8);
        output.Add("01"u8[character >> 4]);
        output.Add("0123456789abcdef"u8[character & 15]);
    }

    private static void WriteNumber(ReadOnlySpan<byte> literal, ByteBuffer output)
    {
        double value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            throw new JsonException($"The number {Encoding.UTF8.GetString(literal)} is outside the range of a double; write it as a string.");
        Span<byte> text = stackalloc byte[EcmaNumber.MaxLength];
        text = text[..EcmaNumber.Format(value, text)];

        // Up to 15 digits always survive; longer integers only sometimes, and an identifier must not change unseen.
        if (literal.Length > 15 && literal.IndexOfAnyExceptInRange((byte)'-', (byte)'9') < 0 && !literal.Contains((byte)'.')
            && !literal.SequenceEqual(text) && new BigInteger(value) != BigInteger.Parse(Encoding.ASCII.GetString(literal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            throw new JsonException($"The integer {Encoding.UTF8.GetString(literal)} cannot be held exactly by a double; write it as a string.");
        output.Add(text);
    }
}

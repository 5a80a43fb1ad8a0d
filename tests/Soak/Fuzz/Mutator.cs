using System.Text;
using System.Text.Json;

namespace MlServerless.Soak.Fuzz;

/// <summary>Makes hostile inputs from good ones: bytes changed, cut, doubled, joined, and tokens put in that parsers stumble over.</summary>
internal sealed class Mutator(FuzzRandom random, IReadOnlyList<byte[]> seeds)
{
    private const int MostBytes = 64 * 1024;

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "-0", "1e999", "-1e-999", "123456789012345678901234567890", "0.1", "NaN", "Infinity", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[[", "}}", ",", ":", ";", "\"", "\"\"\"", "\\", "\r\n", "\n", "\r",
            "\t", "\uFEFF", "\u2028", "'", "<script>alert(1)</script>", "../..", "%00", "%2e%2e%2f", "$", "@", "é", "\U0001F600", "0x10", "1_000", "+1", "٣", "' OR 1=1", "=cmd()", "{\"$ref\":\"#\"}", "\"__proto__\":1,",
            "2024-02-30", "9999-12-31T23:59:60Z", "(", ")", " and ", " or ", "not ", "==", "in",
        }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x1F, 0x8B],
    ];

    /// <summary>What may stand in place of any value of a JSON document, and mostly should not.</summary>
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null", "true", "0", "-1", "-0", "1.5", "1e999", "-1e308", "9007199254740993", "123456789012345678901234567890", "0.1e-400", "\"\"", "\" \"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\uFFFE\"",
            "\"../x\"", "\"NaN\"", "\"1e5\"", "\"9999-12-31T23:59:60Z\"", "\"-P1D\"", "\"10675199.02:48:05.4775808\"", "[]", "[null]", "[[[[]]]]", "{}", "{\"a\":1,\"a\":2}", "{\"\":null}", "{\"\\ud800\":1}", "[1,\"a\",true]",
            "\"champion\"", "\"" + new string('a', 5000) + "\"", "2147483648", "-2147483649", "9223372036854775808", "4294967296",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public byte[] Next()
    {
        byte[] input = random.Of(seeds);
        if (random.Below(3) == 0 && OtherValue(input) is { } valid)
            return valid;
        for (int steps = random.Below(4) + (random.Below(16) == 0 ? 0 : 1); steps > 0; steps--)
            input = Mutate(input);
        return input.Length <= MostBytes ? input : input[..MostBytes];
    }

    /// <summary>Another value in place of one of a JSON document, so that what is behind the parser is reached; null for what is no JSON.</summary>
    private byte[]? OtherValue(byte[] json)
    {
        var places = new List<Range>();
        var open = new Stack<int>();
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex;
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    open.Push(start);
                else if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                    places.Add(open.Pop()..(int)reader.BytesConsumed);
                else if (reader.TokenType != JsonTokenType.PropertyName)
                    places.Add(start..(int)reader.BytesConsumed);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        (int at, int length) = random.Of(places).GetOffsetAndLength(json.Length);
        return [.. json.AsSpan(0, at), .. random.Of(Values), .. json.AsSpan(at + length)];
    }

    private byte[] Mutate(byte[] input)
    {
        int at = random.Below(input.Length + 1);
        int length = random.Below(Math.Min(64, input.Length - at + 1));
        switch (random.Below(10))
        {
            case 0:
                return input[..at];
            case 1:
                return [.. input[..at], .. input[(at + length)..]];
            case 2 or 3:
                return [.. input[..at], .. random.Of(Tokens), .. input[at..]];
            case 4:
                return [.. input[..at], .. random.Of(Tokens), .. input[(at + length)..]];
            case 5:
                return [.. input[..at], .. input[at..(at + length)], .. input[at..]];
            case 6:
            {
                byte[] other = random.Of(seeds);
                return [.. input[..at], .. other[random.Below(other.Length + 1)..]];
            }

            case 7:
            {
                // Deep or long, now and then.
                int times = random.Below(8) == 0 ? 20_000 : random.Below(200);
                byte[] token = random.Below(2) == 0 ? random.Of(Tokens) : [(byte)"[{(\"a1"[random.Below(6)]];
                byte[] many = [.. Enumerable.Repeat(token, Math.Min(times, MostBytes / Math.Max(1, token.Length))).SelectMany(part => part)];
                return [.. input[..at], .. many, .. input[at..]];
            }

            default:
            {
                byte[] changed = [.. input];
                for (int i = random.Below(4); i >= 0 && changed.Length > 0; i--)
                    changed[random.Below(changed.Length)] = (byte)random.Next();
                return changed;
            }
        }
    }
}

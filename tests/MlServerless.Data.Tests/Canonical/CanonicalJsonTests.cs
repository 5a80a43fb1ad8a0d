using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;

namespace MlServerless.Data.Tests.Canonical;

public class CanonicalJsonTests
{
    /// <summary>The number samples of RFC 8785, appendix B.</summary>
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Canonicalize_Number_IsThatOfTheRfc(string bits, string expected)
    {
        double value = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.Equal(expected, Canonical(value.ToString("E16", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(-25, "2.9802322387695312e-8")]
    [InlineData(-958, "4.1045368012983762e-289")]
    public void Canonicalize_PowersOfTwoThatTheRuntimeShortensTooFar_AreWhole(int exponent, string expected)
    {
        string text = Math.ScaleB(1, exponent).ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(expected))));
        Assert.NotEqual(Math.ScaleB(1, exponent), double.Parse(text, CultureInfo.InvariantCulture));
    }

    /// <summary>Numbers lie twice as close below a power of two as above it: there, shortening goes wrong first.</summary>
    [Fact]
    public void Canonicalize_EveryPowerOfTwoAndItsNeighbours_ReadBackAsThemselves()
    {
        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            double power = Math.ScaleB(1, exponent);
            foreach (double value in (double[])[power, Math.BitDecrement(power), Math.BitIncrement(power), -power])
            {
                byte[] text = CanonicalJson.Serialize(new HistogramDocument(0, [value], [1]), SketchJsonContext.Default.HistogramDocument);
                Assert.Equal(value, JsonSerializer.Deserialize(text, SketchJsonContext.Default.HistogramDocument)!.From[0]);
                Assert.Equal(text, CanonicalJson.Canonicalize(text));
            }
        }
    }

    [Fact]
    public void Canonicalize_Example_IsThatOfTheRfc()
    {
        const string input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string expected = """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""";
        Assert.Equal(expected, Canonical(input));
    }

    [Fact]
    public void Canonicalize_Names_AreSortedByUtf16CodeUnits()
    {
        const string input = """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """;
        using JsonDocument document = JsonDocument.Parse(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(input)));
        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            document.RootElement.EnumerateObject().Select(member => member.Value.GetString()));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"b":1,"a":1,"b":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("9007199254740993")]
    [InlineData("[12345678901234567890]")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("1 2")]
    [InlineData("")]
    [InlineData("{\"a\":1,}")]
    [InlineData("NaN")]
    public void Canonicalize_Refuses(string json) => Assert.ThrowsAny<JsonException>(() => Canonical(json));

    [Fact]
    public void Canonicalize_BytesThatAreNotUtf8_Refuses() =>
        Assert.ThrowsAny<JsonException>(() => CanonicalJson.Canonicalize([(byte)'"', 0xC3, (byte)'"']));

    [Fact]
    public void Canonicalize_DeepNesting_Refuses() =>
        Assert.ThrowsAny<JsonException>(() => Canonical(new string('[', 1000) + new string(']', 1000)));

    [Theory]
    [InlineData("295147905179352825856", "295147905179352830000")]
    [InlineData("295147905179352830000", "295147905179352830000")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("-123456789012345", "-123456789012345")]
    public void Canonicalize_IntegerThatADoubleHolds_Passes(string json, string expected) => Assert.Equal(expected, Canonical(json));

    [Fact]
    public void Canonicalize_AnyFiniteNumber_ReadsBackAsTheSame() =>
        Properties.Check(
            from bits in Properties.Bits64
            select BitConverter.Int64BitsToDouble(bits),
            value =>
            {
                if (!double.IsFinite(value))
                    return;
                string text = Canonical(value.ToString("R", CultureInfo.InvariantCulture));
                Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
                Assert.Equal(text, Canonical(text));
            },
            2000);

    [Fact]
    public void Canonicalize_AnyBytes_GivesJsonOrThrowsJsonException() =>
        Properties.Check(
            from count in Gen.Choose(0, 20)
            from pieces in Gen.ArrayOf(count, Gen.Elements("{", "}", "[", "]", "\"a\"", "\"b\"", ":", ",", "1", "-0.5e3", "null", "\\u0041", "\u0001", "é"))
            select string.Concat(pieces),
            json =>
            {
                byte[] canonical;
                try
                {
                    canonical = CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json));
                }
                catch (JsonException)
                {
                    return;
                }

                Assert.Equal(canonical, CanonicalJson.Canonicalize(canonical));
            },
            2000);

    [Fact]
    public void Hash_EqualValues_AreEqual()
    {
        var finding = new Finding { Code = "a", Severity = Severity.Blocking, Message = "m", Count = 2, ExampleRows = [1, 2] };
        Assert.Equal("""{"code":"a","count":2,"exampleRows":[1,2],"message":"m","severity":"blocking"}""", Encoding.UTF8.GetString(CanonicalJson.Serialize(finding, DataJsonContext.Default.Finding)));
        Assert.Equal(CanonicalJson.Hash(finding, DataJsonContext.Default.Finding), CanonicalJson.Hash(finding with { ExampleRows = [1, 2] }, DataJsonContext.Default.Finding));
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)));
}

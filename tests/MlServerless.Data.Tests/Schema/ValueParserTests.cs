using System.Globalization;
using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Schema;

public class ValueParserTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.5", -0.5)]
    [InlineData("+3", 3)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1e3", 1000)]
    [InlineData("1.5E-3", 0.0015)]
    [InlineData(" 42\t", 42)]
    [InlineData("0.1", 0.1)]
    [InlineData("123456789012345678901234567890", 1.2345678901234568e29)]
    [InlineData("1e-400", 0)]
    [InlineData("2.2250738585072011e-308", 2.2250738585072011e-308)]
    public void TryNumber_Numbers(string text, double expected)
    {
        Assert.True(ValueParser.TryNumber(Bytes(text), out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1,5")]
    [InlineData("1 000")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("inf")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("١")]
    public void TryNumber_OtherText(string text) => Assert.False(ValueParser.TryNumber(Bytes(text), out _));

    [Fact]
    public void TryNumber_AnyDouble_ReadsBack() =>
        Properties.Check(
            from bits in Properties.Bits64
            from format in Gen.Elements("R", "E17", "G6", "F3")
            select (Value: BitConverter.Int64BitsToDouble(bits), Format: format),
            sample =>
            {
                if (!double.IsFinite(sample.Value))
                    return;
                string text = sample.Value.ToString(sample.Format, CultureInfo.InvariantCulture);
                Assert.True(ValueParser.TryNumber(Bytes(text), out double read));
                Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), read);
            },
            3000);

    [Theory]
    [InlineData("12", 12)]
    [InlineData("-7", -7)]
    [InlineData("+7", 7)]
    [InlineData("12.000", 12)]
    [InlineData("007", 7)]
    [InlineData("9007199254740992", 9007199254740992)]
    public void TryInteger_Integers(string text, long expected)
    {
        Assert.True(ValueParser.TryInteger(Bytes(text), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("12.5")]
    [InlineData("1e3")]
    [InlineData("9007199254740993")]
    [InlineData("99999999999999999999999")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".0")]
    [InlineData("1 2")]
    public void TryInteger_OtherText(string text) => Assert.False(ValueParser.TryInteger(Bytes(text), out _));

    [Theory]
    [InlineData("true", true)]
    [InlineData("FALSE", false)]
    [InlineData("Yes", true)]
    [InlineData("no", false)]
    [InlineData("y", true)]
    [InlineData("N", false)]
    [InlineData("t", true)]
    [InlineData("f", false)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void TryBoolean_Booleans(string text, bool expected)
    {
        Assert.True(ValueParser.TryBoolean(Bytes(text), out bool value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("on")]
    [InlineData("truee")]
    [InlineData("")]
    public void TryBoolean_OtherText(string text) => Assert.False(ValueParser.TryBoolean(Bytes(text), out _));

    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("2026-03-01", 1772323200)]
    [InlineData("2026/03/01", 1772323200)]
    [InlineData("01.03.2026", 1772323200)]
    [InlineData("1.3.2026", 1772323200)]
    [InlineData("1 Mar 2026", 1772323200)]
    [InlineData("01-MAR-2026", 1772323200)]
    [InlineData("March 1, 2026", 1772323200)]
    [InlineData("2026-03-01T00:00:01", 1772323201)]
    [InlineData("2026-03-01 00:00:01.25", 1772323201.25)]
    [InlineData("2026-03-01T01:00Z", 1772326800)]
    [InlineData("2026-03-01T01:00:00+01:00", 1772323200)]
    [InlineData("2026-02-28T18:30:00-0530", 1772323200)]
    [InlineData("2026-03-01T00:00:00.123456789Z", 1772323200.123456)]
    [InlineData("0001-01-01", -62135596800)]
    [InlineData("2024-02-29", 1709164800)]
    public void TryDateTime_Dates(string text, double expected)
    {
        Assert.True(ValueParser.TryDateTime(Bytes(text), out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("03/01/2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("2025-02-29")]
    [InlineData("2026-03-01T24:00")]
    [InlineData("2026-03-01T10:61")]
    [InlineData("2026-03-01X10:00")]
    [InlineData("2026-03-01T10:00:00+25:00")]
    [InlineData("20260301")]
    [InlineData("0000-01-01")]
    [InlineData("1 Foo 2026")]
    [InlineData("2026-03-0199")]
    [InlineData("")]
    public void TryDateTime_OtherText(string text) => Assert.False(ValueParser.TryDateTime(Bytes(text), out _));

    [Theory]
    [InlineData("", true)]
    [InlineData("  \t", true)]
    [InlineData("NA", true)]
    [InlineData("N/A", true)]
    [InlineData("NaN", true)]
    [InlineData("null", true)]
    [InlineData("None", true)]
    [InlineData("<NA>", true)]
    [InlineData("none", false)]
    [InlineData("na", false)]
    [InlineData("0", false)]
    [InlineData("?", false)]
    public void IsMissing_Tokens(string text, bool expected) => Assert.Equal(expected, ValueParser.IsMissing(Bytes(text)));

    [Fact]
    public void Parsers_AnyBytes_DoNotThrow() =>
        Properties.Check(
            from count in Gen.Choose(0, 12)
            from pieces in Gen.ArrayOf(count, Gen.Elements("1", "2026", "-", ".", "e", "+", ":", "T", "Z", " ", "Mar", "/", ",", "inf", "é", "\0", "99999999999"))
            select string.Concat(pieces),
            text =>
            {
                byte[] bytes = Bytes(text);
                _ = ValueParser.TryNumber(bytes, out _) | ValueParser.TryInteger(bytes, out _) | ValueParser.TryBoolean(bytes, out _) | ValueParser.TryDateTime(bytes, out _);
                Assert.Equal(string.IsNullOrWhiteSpace(text), ValueParser.IsMissing(bytes));
            },
            5000);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

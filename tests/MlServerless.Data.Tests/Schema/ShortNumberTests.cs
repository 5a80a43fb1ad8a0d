using System.Globalization;
using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Schema;

public class ShortNumberTests
{
    [Fact]
    public void TryRead_AnyDecimal_IsTheNearestDoubleToTheBit() =>
        Properties.Check(
            from sign in Gen.Elements("", "-", "+")
            from whole in Digits(0, 16)
            from point in Gen.Elements("", ".")
            from fraction in Digits(0, 10)
            select sign + whole + point + (point.Length > 0 ? fraction : ""),
            AssertSame,
            3000);

    [Fact]
    public void TryRead_AnyText_AgreesWithTheParser() =>
        Properties.Check(
            from length in Gen.Choose(0, 17)
            from characters in Gen.ArrayOf(length, Gen.Elements("0123456789.-+eE /:a".ToCharArray()))
            select new string(characters),
            AssertSame,
            3000);

    [Theory]
    [InlineData("0", ValueClass.Integer)]
    [InlineData("-0", ValueClass.Integer)]
    [InlineData("9007199254740992", ValueClass.Integer)]
    [InlineData("0123456789", ValueClass.Code)]
    [InlineData("-00", ValueClass.Code)]
    [InlineData("007.5", ValueClass.Number)]
    [InlineData("5.", ValueClass.Number)]
    [InlineData(".5", ValueClass.Number)]
    [InlineData("0.00000000000001", ValueClass.Number)]
    public void TryRead_Number_IsClassified(string text, object expected)
    {
        Assert.True(TryRead(text, out _, out ValueClass valueClass));
        Assert.Equal((ValueClass)expected, valueClass);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("1.2.3")]
    [InlineData("1e5")]
    [InlineData("1 2")]
    [InlineData("--1")]
    [InlineData("9007199254740993")]
    public void TryRead_AnythingElse_IsLeftToTheParser(string text) => Assert.False(TryRead(text, out _, out _));

    private static Gen<string> Digits(int atLeast, int atMost) =>
        from length in Gen.Choose(atLeast, atMost)
        from digits in Gen.ArrayOf(length, Gen.Choose(0, 9))
        select string.Concat(digits);

    private static void AssertSame(string text)
    {
        if (text.Length > ShortNumber.MaxLength || !TryRead(text, out double value, out ValueClass valueClass))
            return;
        double expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
        Assert.True(ValueClassifier.TryClassify(Encoding.ASCII.GetBytes(text), out ValueClass expectedClass, out double parsed));
        Assert.Equal(BitConverter.DoubleToInt64Bits(parsed), BitConverter.DoubleToInt64Bits(value));
        Assert.Equal(expectedClass, valueClass);
    }

    /// <summary>What lies behind the text must not matter.</summary>
    private static bool TryRead(string text, out double value, out ValueClass valueClass)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + ",1.5-e2345678901234567890");
        return new ShortNumber().TryRead(ref bytes[0], text.Length, out value, out valueClass);
    }
}

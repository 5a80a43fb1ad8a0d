using MlServerless.Storage.Tables;

namespace MlServerless.Storage.Tests.Tables;

public class TableKeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("alias:champion")]
    [InlineData("it's 100 % + & = $ @ \" < > ünï 𝄞")]
    public void Require_Allowed_Passes(string key) => TableKey.Require(key, "key");

    [Theory]
    [InlineData("a/b", "U+002F at index 1")]
    [InlineData("\\", "U+005C at index 0")]
    [InlineData("a#", "U+0023 at index 1")]
    [InlineData("?", "U+003F")]
    [InlineData("tab\t", "U+0009 at index 3")]
    [InlineData("\u0085", "U+0085")]
    [InlineData("\u007f", "U+007F")]
    public void Require_Forbidden_NamesCharacterAndPlace(string key, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => TableKey.Require(key, "the key")).Message);

    [Fact]
    public void Require_HalfSurrogate_NamesCharacterAndPlace() =>
        Assert.Contains("U+D834 at index 2", Assert.Throws<ArgumentException>(() => TableKey.Require("𝄞" + (char)0xD834, "the key")).Message);

    [Fact]
    public void Require_TooLong_SaysHowLong() =>
        Assert.Contains("513 characters", Assert.Throws<ArgumentException>(() => TableKey.Require(new string('k', 513), "the key")).Message);

    [Fact]
    public void Literal_Quotes_AreDoubled() => Assert.Equal("'it''s'", TableKey.Literal("it's"));
}

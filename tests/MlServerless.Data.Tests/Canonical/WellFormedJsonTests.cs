using System.Text;
using System.Text.Json;

namespace MlServerless.Data.Tests.Canonical;

public sealed class WellFormedJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[\"\\ud83d\\ude00\", \"\\u0000\", 1e999, {\"a\": 1, \"a\": 2}]")]
    [InlineData(" \"é\" ")]
    public void Require_WellFormed_Passes(string json) => WellFormedJson.Require(Encoding.UTF8.GetBytes(json), 4);

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("{", 0, 1)]
    [InlineData("{} x", 0, 3)]
    [InlineData("[\n  \"\\ud800\"]", 1, 2)]
    [InlineData("{\"\\ude00\\ud83d\": 1}", 0, 1)]
    [InlineData("{\"a\": [\"\\ud800x\"]}", 0, 7)]
    public void Require_Other_IsRefusedWithItsPlace(string json, long line, long position)
    {
        JsonException fault = Assert.ThrowsAny<JsonException>(() => WellFormedJson.Require(Encoding.UTF8.GetBytes(json), 4));
        Assert.Equal((line, position), (fault.LineNumber, fault.BytePositionInLine));
    }

    [Fact]
    public void Require_NotUtf8_IsRefused() => Assert.Throws<JsonException>(() => WellFormedJson.Require([.. "\""u8, 0xFF, .. "\""u8], 4));

    [Fact]
    public void Require_Depth()
    {
        WellFormedJson.Require("[[[[]]]]"u8, 4);
        Assert.ThrowsAny<JsonException>(() => WellFormedJson.Require("[[[[[]]]]]"u8, 4));
    }
}

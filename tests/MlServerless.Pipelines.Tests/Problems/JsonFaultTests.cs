using System.Text;
using System.Text.Json;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Tests.Problems;

public sealed class JsonFaultTests
{
    [Theory]
    [InlineData("", "It is empty.")]
    [InlineData("  \n", "It is empty.")]
    [InlineData("{\n  \"a\": 1,\n}", "Line 3, byte 1: The JSON object contains a trailing comma at the end which is not supported in this mode.")]
    [InlineData("{\"a\": x}", "Line 1, byte 7: 'x' is an invalid start of a value.")]
    public void Describe_OfWhatTheParserSays_CountsFromOne(string json, string expected)
    {
        JsonException fault = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(expected, JsonFault.Describe(fault));
    }

    [Fact]
    public void Describe_OfOurOwnWords_KeepsThem() =>
        Assert.Equal("There is more behind the rows.", JsonFault.Describe(new JsonException("There is more behind the rows.")));
}

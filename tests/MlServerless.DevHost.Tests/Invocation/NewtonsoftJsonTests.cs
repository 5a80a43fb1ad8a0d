using System.Text.Json;
using MlServerless.DevHost.Invocation;

namespace MlServerless.DevHost.Tests.Invocation;

public sealed class NewtonsoftJsonTests
{
    [Theory]
    [InlineData("{ \"a\" : [ 1 , true , null ] }", "{\"a\":[1,true,null]}")]
    [InlineData("\"2026-01-02T03:04:05+02:00\"", "\"2026-01-02T01:04:05+00:00\"")]
    [InlineData("\"2026-01-02T03:04:05.1200000Z\"", "\"2026-01-02T03:04:05.12Z\"")]
    [InlineData("\"2026-01-02T03:04:05\"", "\"2026-01-02T03:04:05\"")]
    [InlineData("\"2026-01-02\"", "\"2026-01-02\"")]
    [InlineData("\"2026-13-02T03:04:05Z\"", "\"2026-13-02T03:04:05Z\"")]
    [InlineData("0.12345678901234567890", "0.12345678901234568")]
    [InlineData("1.0", "1.0")]
    [InlineData("1e2", "100.0")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("\"\\u00e9\\u2028<\"", "\"é\\u2028<\"")]
    public void Serialize_AsTheHostDoes(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, NewtonsoftJson.Serialize(document.RootElement, datesAsTimes: true));
    }

    [Fact]
    public void Serialize_WithoutDates_KeepsOffsets()
    {
        using var document = JsonDocument.Parse("\"2026-01-02T03:04:05+02:00\"");
        Assert.Equal("\"2026-01-02T03:04:05+02:00\"", NewtonsoftJson.Serialize(document.RootElement, datesAsTimes: false));
    }

    [Theory]
    [InlineData("\"abcd\"", false, "69B71D")]
    [InlineData("\"abcd\"", true, "61626364")]
    [InlineData("\"abc\"", false, "616263")]
    [InlineData("\"0f8fad5bd9cb469fa165708867280000\"", false, "D1FF1F69DE5B77D71BE3AF5F6B5EB9EF4F3CEBBDBCD34D34")]
    [InlineData("{\"a\":\"abcd\"}", false, "7B2261223A2261626364227D")]
    public void Messages_StringsThatLookLikeBase64_AreDecoded(string json, bool binary, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, Convert.ToHexString(Assert.Single(OutputValues.Messages(document.RootElement, binary))));
    }

    [Fact]
    public void Starts_TakesObjectsStringsAndArrays()
    {
        using var document = JsonDocument.Parse("""[{"functionName":"A","InstanceId":"1","Input":{"x":1.0}},"{\"FunctionName\":\"B\"}"]""");
        Assert.Equal([new StartRequest("A", "1", "{\"x\":1.0}"), new StartRequest("B", null, null)], OutputValues.Starts(document.RootElement, binary: false));
        using var wrong = JsonDocument.Parse("""{"InstanceId":"1"}""");
        Assert.Throws<InvalidOperationException>(() => OutputValues.Starts(wrong.RootElement, binary: false));
    }

    [Fact]
    public void TopLevelOf_PayloadOverridesMetadata()
    {
        var text = System.Text.Encoding.UTF8.GetString(new InvocationPayload().Metadata("Id", InvocationPayload.Encoded("real"))
            .TopLevelOf("""{"id":"forged","list":[1],"nothing":null,"number":1.50}""").ToBytes());
        Assert.Equal("""{"Data":{},"Metadata":{"Id":"\"forged\"","number":"\"1.5\""}}""", text);
    }
}

using System.Text;
using System.Text.Json;
using FsCheck;
using MlServerless.Worker.Invocation;

namespace MlServerless.Worker.Tests.Invocation;

public sealed class InvocationBodyTests
{
    [Fact]
    public void Value_AnyTextAsTheHostWrapsIt_IsFoundAgain()
        => Prop.ForAll(Arb.Default.UnicodeString(), text =>
        {
            var value = text.Get ?? "";
            var body = JsonSerializer.SerializeToUtf8Bytes(new { Data = new { first = 1, msg = JsonSerializer.Serialize(value) }, Metadata = new { msg = "\"other\"" } });
            Assert.Equal(value.EnumerateRunes().Aggregate("", (s, r) => s + r), Encoding.UTF8.GetString(InvocationBody.Value(body, "msg").Span));
        }).Check(new Configuration { MaxNbOfTest = 300, Replay = FsCheck.Random.StdGen.NewStdGen(1, 2), QuietOnSuccess = true, Runner = Configuration.QuickThrowOnFailure.Runner });

    [Theory]
    [InlineData("{\"Data\":{\"msg\":\"plain\"}}", "plain")]
    [InlineData("{\"Data\":{\"msg\":\"\\\"a\\\" and \\\"b\\\"\"}}", "\"a\" and \"b\"")]
    [InlineData("{\"Data\":{\"msg\":\"\\\"\"}}", "\"")]
    [InlineData("{\"Data\":{\"msg\":\"\"}}", "")]
    [InlineData("{\"Data\":{\"msg\":{\"a\":[1, 2]}}}", "{\"a\":[1, 2]}")]
    [InlineData("{\"Metadata\":{\"msg\":1},\"Data\":{\"other\":{\"msg\":2},\"msg\":3}}", "3")]
    public void Value_OtherWrappings_AreTakenAsTheyAre(string body, string value)
        => Assert.Equal(value, Encoding.UTF8.GetString(InvocationBody.Value(Encoding.UTF8.GetBytes(body), "msg").Span));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Data\":\"msg\"}")]
    [InlineData("{\"Data\":{\"other\":1}}")]
    [InlineData("{\"Data\":{\"msg\":\"\\uD800\"}}")]
    public void Value_NotACall_IsAJsonException(string body)
        => Assert.ThrowsAny<JsonException>(() => InvocationBody.Value(Encoding.UTF8.GetBytes(body), "msg"));

    [Fact]
    public void DequeueCount_OverriddenByThePayload_IsZero()
        => Assert.Equal(0, InvocationBody.DequeueCount("{\"Metadata\":{\"DequeueCount\":\"\\\"many\\\"\"}}"u8));
}

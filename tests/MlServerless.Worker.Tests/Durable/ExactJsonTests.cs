using System.Text;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Durable;

public sealed class ExactJsonTests
{
    [Theory]
    [InlineData("{\"hash\":\"abc\",\"n\":3,\"ok\":true,\"list\":[null,-1]}", true)]
    [InlineData("[]", true)]
    [InlineData("\"text\"", false)]
    [InlineData("1", false)]
    [InlineData("null", false)]
    [InlineData("{\"x\":1.5}", false)]
    [InlineData("{\"x\":1e3}", false)]
    [InlineData("{\"x\":-0}", false)]
    [InlineData("{\"x\":9223372036854775808}", false)]
    [InlineData("{\"x\":\"2026-01-02T03:04:05+02:00\"}", false)]
    [InlineData("{\"x\":\"/Date(1)/\"}", false)]
    [InlineData("{\"$type\":1}", false)]
    public void SurvivesTheHost_OnlyWhatTheHostsJsonLibraryKeeps(string json, bool survives)
        => Assert.Equal(survives, ExactJson.SurvivesTheHost(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{\"$json\":\"1.50\"}", "1.50")]
    [InlineData("{\"$json\":1}", "{\"$json\":1}")]
    [InlineData("{\"$json\":\"1\",\"x\":1}", "{\"$json\":\"1\",\"x\":1}")]
    [InlineData("[\"$json\"]", "[\"$json\"]")]
    [InlineData("$json", "$json")]
    [InlineData(null, null)]
    public void Unwrap_OnlyTheWrapping(string? input, string? output) => Assert.Equal(output, ExactJson.Unwrap(input));
}

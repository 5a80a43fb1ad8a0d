using MlServerless.Demo;

namespace Samples.Tests.Demo;

public class DemoOptionsTests
{
    [Fact]
    public void Parse_Nothing_TakesDefaults() => Assert.Equal(new DemoOptions(false, null, null, null), DemoOptions.Parse([]));

    [Fact]
    public void Parse_Everything_IsTaken() =>
        Assert.Equal(
            new DemoOptions(true, 8080, Path.GetFullPath("data"), Path.GetFullPath("app")),
            DemoOptions.Parse(["--keep", "--port", "8080", "--data", "data", "--app", "app"]));

    [Fact]
    public void Parse_Help_IsNull() => Assert.Null(DemoOptions.Parse(["--keep", "--help"]));

    [Theory]
    [InlineData("--rows", "--rows")]
    [InlineData("--port needs a value", "--port")]
    [InlineData("65536", "--port", "65536")]
    [InlineData("x", "--port", "x")]
    public void Parse_Wrong_SaysWhat(string expected, params string[] args) =>
        Assert.Contains(expected, Assert.Throws<DemoException>(() => DemoOptions.Parse(args)).Message, StringComparison.Ordinal);
}

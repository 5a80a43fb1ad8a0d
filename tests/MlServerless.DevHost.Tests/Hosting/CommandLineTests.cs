namespace MlServerless.DevHost.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_Nothing_GivesDefaults()
    {
        var options = CommandLine.Parse([]);
        Assert.Equal((7071, ".devhost", "3.x", 3), (options.Port, options.DataFolder, options.Profile.Name, options.MaxRestarts));
        Assert.Equal([("incoming", "dataset-events")], options.Watches);
    }

    [Fact]
    public void Parse_AllOptions()
    {
        var options = CommandLine.Parse(["--app", "out", "--port=0", "--data", "d", "--profile", "2.x", "--watch", "a=b", "--watch=c=d", "--max-restarts", "9", "--redelivery-delay", "00:05:00"]);
        Assert.Equal(("out", 0, "d", "2.x", 9), (options.AppFolder, options.Port, options.DataFolder, options.Profile.Name, options.MaxRestarts));
        Assert.Equal([("a", "b"), ("c", "d")], options.Watches);
        Assert.Equal(TimeSpan.FromMinutes(5), options.RedeliveryDelay);
        Assert.Empty(CommandLine.Parse(["--watch", "none"]).Watches);
    }

    [Theory]
    [InlineData("--port", "70000")]
    [InlineData("--port", "x")]
    [InlineData("--profile", "4.x")]
    [InlineData("--watch", "a")]
    [InlineData("--max-restarts", "0")]
    [InlineData("--redelivery-delay", "-1")]
    [InlineData("--app")]
    [InlineData("--what", "x")]
    public void Parse_Wrong_NamesTheOption(params string[] args) =>
        Assert.Contains(args[0], Assert.Throws<ArgumentException>(() => CommandLine.Parse(args)).Message, StringComparison.Ordinal);
}

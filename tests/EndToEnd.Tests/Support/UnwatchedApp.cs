namespace MlServerless.EndToEnd.Support;

/// <summary>An app that nobody tells of uploads but the test, with deadlines so short that the sweep finds things lost within seconds.</summary>
public sealed class UnwatchedApp() : DevHostFixture(new DevHostOptions
{
    Name = "unwatched",
    Watch = false,
    Settings = new Dictionary<string, string>
    {
        ["MlServerless__EventDeadline"] = "00:00:01",
        ["MlServerless__ClaimDeadline"] = "00:00:05",
        ["MlServerless__StepDeadline"] = "00:00:04",
    },
});

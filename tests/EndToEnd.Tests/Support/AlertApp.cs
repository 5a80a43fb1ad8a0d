namespace MlServerless.EndToEnd.Support;

/// <summary>The app with settings by which what takes hours is told within seconds.</summary>
public sealed class AlertApp() : DevHostFixture(new DevHostOptions
{
    Name = "alerts",
    Settings = new Dictionary<string, string>
    {
        ["MlServerless__TrafficInterval"] = "00:00:01",
        ["MlServerless__ClaimDeadline"] = "00:00:01",
        ["MlServerless__MaxAttempts"] = "1",
    },
});

namespace MlServerless.EndToEnd.Support;

/// <summary>The app as users have it, for tests that disturb nobody.</summary>
public sealed class SharedApp() : DevHostFixture(new DevHostOptions
{
    Name = "shared",
    Settings = new Dictionary<string, string>
    {
        // A promotion is served at once, so that nobody has to wait for it.
        ["MlServerless__AliasAge"] = "00:00:00",
        ["MlServerless__SketchInterval"] = "00:00:01",
        ["MlServerless__DefaultModel"] = ProtocolTests.Model,
    },
});

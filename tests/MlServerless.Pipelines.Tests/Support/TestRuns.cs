using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Tests.Support;

internal static class TestRuns
{
    /// <summary>A pipeline name that no other test has.</summary>
    public static string NewPipeline() => "p-" + Guid.NewGuid().ToString("N")[..12];

    public static RunRecord Claimed(string pipeline, DateTimeOffset at, string order = "20260301T120000Z|x|1", int startedAttempt = 1) => new()
    {
        Id = RunId.ForRequest(pipeline, Guid.NewGuid().ToString("N")),
        Pipeline = pipeline,
        Status = RunStatus.Claimed,
        Trigger = "upload",
        ClaimedAt = at,
        Stamp = at,
        DataOrder = order,
        StartedAttempt = startedAttempt,
    };
}

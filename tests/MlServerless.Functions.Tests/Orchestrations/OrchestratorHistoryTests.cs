using MlServerless.Functions.Orchestrations;
using MlServerless.Worker.Durable;
using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>
/// Recorded histories of every released orchestrator against the code of today: each turn must give the actions that it gave then, or runs that are under way
/// would break at the next deployment. A history is never recorded anew; a new orchestrator, or a new way through one, gets histories with <c>RECORD_HISTORIES=1</c>.
/// </summary>
public sealed class OrchestratorHistoryTests
{
    public static TheoryData<string> Recorded
    {
        get
        {
            if (Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1")
            {
                foreach (History made in Scenario.All().Select(OrchestratorEngine.Record).Where(made => !File.Exists(made.File)))
                    made.Write();
            }

            return [.. Directory.GetFiles(History.Folder, "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Orchestrator_RecordedHistory_GivesTheSameActions(string file)
    {
        History history = History.Read(Path.Combine(History.Folder, file));
        Assert.True(OrchestratorEngine.Orchestrators.ContainsKey(history.Orchestrator), $"{history.Orchestrator} is gone: runs that it began may be under way.");
        string? difference = OrchestratorEngine.Replay(history, OrchestratorEngine.Find(history.Orchestrator));
        Assert.True(difference is null, $"{history.Orchestrator} goes another way than when it was released. Give the new way a new orchestrator.\n{difference}");
    }

    [Fact]
    public void Orchestrators_EachOfThem_HaveHistoriesOfEveryWay()
    {
        Assert.Equal(OrchestratorEngine.Orchestrators.Keys.Order(StringComparer.Ordinal), Scenario.All().Select(scenario => scenario.Orchestrator).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Scenario.All(), scenario => Assert.True(
            File.Exists(new History(scenario.Orchestrator, scenario.Name, []).File), $"{scenario.Orchestrator} has no history '{scenario.Name}'. Run: RECORD_HISTORIES=1 dotnet test -c Release tests/MlServerless.Functions.Tests --filter OrchestratorHistory"));
    }

    [Fact]
    public void Orchestrators_WaysThatWereRecorded_AreThoseOfTheEngineToday() => Assert.All(
        Scenario.All(),
        scenario => Assert.Equal(File.ReadAllText(new History(scenario.Orchestrator, scenario.Name, []).File), OrchestratorEngine.Record(scenario).ToText()));

    [Fact]
    public void Replay_CallsInAnotherOrder_IsFound() => Assert.Contains("turn 1", Replay("Complete", "Promote"), StringComparison.Ordinal);

    [Fact]
    public void Replay_OneCallMore_IsFound() => Assert.Contains("turn 3", Replay("Promote", "Complete", "CleanUp"), StringComparison.Ordinal);

    [Fact]
    public void Replay_OtherInput_IsFound() => Assert.Contains("another action", OrchestratorEngine.Replay(Promotion(), new Orchestrator(
        nameof(PromotionPipelineV1),
        async context =>
        {
            await context.CallActivityAsync<bool>("Promote", "run");
            return "completed";
        },
        typeof(string))), StringComparison.Ordinal);

    private static string? Replay(params string[] activities) => OrchestratorEngine.Replay(Promotion(), new Orchestrator(
        nameof(PromotionPipelineV1),
        async context =>
        {
            foreach (string activity in activities)
                await context.CallActivityAsync<bool>(activity, context.GetInput<Pipelines.Runs.RunRef>());
            return "completed";
        },
        typeof(string)));

    private static History Promotion() => History.Read(new History(nameof(PromotionPipelineV1), "whole", []).File);
}

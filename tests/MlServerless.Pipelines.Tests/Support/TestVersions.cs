using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Versions whose artifacts nobody reads.</summary>
internal static class TestVersions
{
    public static ModelVersion Draft(string model, string artifact, string run) => new()
    {
        Model = model,
        Version = 0,
        Hash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(artifact)),
        Task = LearningTask.Binary,
        CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Runs = [run],
        DataVersion = default,
        DataOrder = "1",
        SpecHash = default,
        SchemaHash = default,
        Candidate = "c",
        Trainer = "gbdt",
        Monitoring = new MonitoringSpec(),
        ValidationMetrics = new Dictionary<string, double>(),
        HoldOutMetrics = new Dictionary<string, double>(),
    };

    public static async Task<ModelAlias> PromoteAsync(ModelRegistry registry, string model, string artifact, string run)
    {
        ModelVersion version = await registry.RegisterAsync(Draft(model, artifact, run), CancellationToken.None);
        ModelAlias? champion = await registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None);
        return (await registry.TryMoveAliasAsync(new AliasMove(version, ModelAlias.Champion, champion) { RunId = run, Reasons = ["passed: test"] }, CancellationToken.None))!;
    }
}

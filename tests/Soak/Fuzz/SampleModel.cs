using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Soak.Fuzz;

/// <summary>A small model, with a number <c>x</c> and a category <c>c</c>, that hostile requests can ask.</summary>
internal static class SampleModel
{
    public const string Name = "sample";
    public const string Spec = """{"task":"binary","label":"y","candidates":[{"name":"linear","trainer":"linear"}]}""";

    /// <summary>A run of the pipeline, that has not begun.</summary>
    public const string Run = "t-00112233445566778899aabbccddeeff";

    private const int Rows = 400;

    public static Task<ModelArtifact> TrainAsync()
    {
        double[] x = [.. Enumerable.Range(0, Rows).Select(i => (double)(i * 37 % 101))];
        int[] c = [.. Enumerable.Range(0, Rows).Select(i => i % 3)];
        int[] y = [.. Enumerable.Range(0, Rows).Select(i => x[i] + (c[i] * 10) + (i * 13 % 17) > 60 ? 1 : 0)];
        var table = new Table(
        [
            new NumericColumn("x", ColumnType.Number, x),
            new CategoryColumn("c", ColumnType.Category, c, ["a", "b", "z"]),
            new CategoryColumn("y", ColumnType.Category, y, ["no", "yes"]),
        ]);
        return ModelTrainer.TrainAsync(new TrainingRequest
        {
            Task = LearningTask.Binary,
            Label = "y",
            Features = ["x", "c"],
            Schema = new DataSchema
            {
                Columns =
                [
                    new ColumnSchema { Name = "x", Type = ColumnType.Number },
                    new ColumnSchema { Name = "c", Type = ColumnType.Category },
                    new ColumnSchema { Name = "y", Type = ColumnType.Category },
                ],
            },
            Train = table,
            Validation = table,
            Trainer = "linear",
            Seed = 1,
            Threads = 1,
        });
    }

    /// <summary>Stores the model and makes it champion.</summary>
    public static async Task PromoteAsync(IPipelineStorage storage)
    {
        ModelArtifact artifact = await TrainAsync();
        await storage.Specs.TryPutAsync(Name, Encoding.UTF8.GetBytes(Spec), null, default);
        await storage.Content.PutAsync(artifact.Json, default);
        var registry = new ModelRegistry(storage, TimeProvider.System);
        ModelVersion version = await registry.RegisterAsync(
            new ModelVersion
            {
                Model = Name,
                Version = 0,
                Hash = artifact.Hash,
                Task = artifact.Task,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Runs = ["t-" + new string('0', 32)],
                DataVersion = default,
                DataOrder = "1",
                SpecHash = await storage.Content.PutAsync(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(Spec)), default),
                SchemaHash = default,
                Candidate = "linear",
                Trainer = "linear",
                Monitoring = new MonitoringSpec { Window = TimeSpan.FromHours(1), MinimumRows = 100 },
                ValidationMetrics = artifact.Metrics,
                HoldOutMetrics = artifact.Metrics,
            },
            default);
        var run = new RunRecord { Id = Run, Pipeline = Name, Status = RunStatus.Claimed, Trigger = "request", ClaimedAt = DateTimeOffset.UnixEpoch, Stamp = DateTimeOffset.UnixEpoch, DataOrder = "1" };
        await new RunLog(storage, TimeProvider.System).TryClaimAsync(run, default);
        await registry.TryMoveAliasAsync(new AliasMove(version, ModelAlias.Champion, null) { DataOrder = "1", RunId = version.Runs[0], Metrics = artifact.Metrics }, default);
    }
}

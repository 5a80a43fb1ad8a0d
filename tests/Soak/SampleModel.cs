using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Soak;

/// <summary>A small model, with a number <c>x</c> and a category <c>c</c>, that requests can ask.</summary>
internal static class SampleModel
{
    public const string Name = "sample";
    public const string Spec = """{"task":"binary","label":"y","candidates":[{"name":"linear","trainer":"linear"}]}""";

    /// <summary>A run of the pipeline, that has not begun.</summary>
    public const string Run = "t-00112233445566778899aabbccddeeff";

    private const int Rows = 400;

    /// <summary>Trains the model on numbers that lie higher with every <paramref name="number"/>: different numbers give different models.</summary>
    public static Task<ModelArtifact> TrainAsync(int number = 1)
    {
        double[] x = [.. Enumerable.Range(0, Rows).Select(i => (double)((i * 37 % 101) + number))];
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
            Seed = (ulong)number,
            Threads = 1,
        });
    }

    /// <summary>Stores a model as the next version of its name.</summary>
    public static async Task<ModelVersion> RegisterAsync(IPipelineStorage storage, string name, ModelArtifact artifact, string run, TimeSpan window)
    {
        await storage.Specs.TryPutAsync(name, Encoding.UTF8.GetBytes(Spec), null, default);
        await storage.Content.PutAsync(artifact.Json, default);
        return await new ModelRegistry(storage, TimeProvider.System).RegisterAsync(
            new ModelVersion
            {
                Model = name,
                Version = 0,
                Hash = artifact.Hash,
                Task = artifact.Task,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Runs = [run],
                DataVersion = default,
                DataOrder = "1",
                SpecHash = await storage.Content.PutAsync(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(Spec)), default),
                SchemaHash = default,
                Candidate = "linear",
                Trainer = "linear",
                Monitoring = new MonitoringSpec { Window = window, MinimumRows = 100 },
                ValidationMetrics = artifact.Metrics,
                HoldOutMetrics = artifact.Metrics,
            },
            default);
    }

    /// <summary>Stores the model and makes it champion.</summary>
    public static async Task PromoteAsync(IPipelineStorage storage)
    {
        ModelVersion version = await RegisterAsync(storage, Name, await TrainAsync(), "t-" + new string('0', 32), TimeSpan.FromHours(1));
        var run = new RunRecord { Id = Run, Pipeline = Name, Status = RunStatus.Claimed, Trigger = "request", ClaimedAt = DateTimeOffset.UnixEpoch, Stamp = DateTimeOffset.UnixEpoch, DataOrder = "1" };
        await new RunLog(storage, TimeProvider.System).TryClaimAsync(run, default);
        var move = new AliasMove(version, ModelAlias.Champion, null) { DataOrder = "1", RunId = version.Runs[0], Metrics = version.ValidationMetrics };
        await new ModelRegistry(storage, TimeProvider.System).TryMoveAliasAsync(move, default);
    }
}

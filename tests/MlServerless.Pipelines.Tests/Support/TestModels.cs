using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Small real models: a binary one with a number <c>x</c> and an open category <c>c</c>.</summary>
internal static class TestModels
{
    public const string Spec = """{"task":"binary","label":"y","candidates":[{"trainer":"linear"}]}""";

    /// <param name="closed">Declares <c>c</c> as one of a, b, z.</param>
    public static Task<ModelArtifact> TrainAsync(ulong seed = 1, bool closed = false)
    {
        const int rows = 400;
        double[] x = new double[rows];
        int[] c = new int[rows];
        int[] y = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            x[i] = ((i * 37) % 101) + (int)seed;
            c[i] = i % 3;
            y[i] = x[i] + (c[i] * 10) + ((i * 13) % 17) > 60 ? 1 : 0;
        }

        var table = new Table(
        [
            new NumericColumn("x", ColumnType.Number, x),
            new CategoryColumn("c", ColumnType.Category, c, ["a", "b", "z"]),
            new CategoryColumn("y", ColumnType.Category, y, ["no", "yes"]),
        ]);
        var schema = new DataSchema
        {
            Columns =
            [
                new ColumnSchema { Name = "x", Type = ColumnType.Number },
                new ColumnSchema { Name = "c", Type = ColumnType.Category, Values = closed ? ["a", "b", "z"] : null },
                new ColumnSchema { Name = "y", Type = ColumnType.Category },
            ],
        };
        return ModelTrainer.TrainAsync(new TrainingRequest
        {
            Task = LearningTask.Binary,
            Label = "y",
            Features = ["x", "c"],
            Schema = schema,
            Train = table,
            Validation = table,
            Trainer = "linear",
            Seed = seed,
            Threads = 1,
        });
    }

    /// <summary>Stores and registers an artifact and makes it champion.</summary>
    public static async Task<ModelVersion> PromoteAsync(IPipelineStorage storage, TimeProvider time, string model, ModelArtifact artifact, string spec = Spec)
    {
        var registry = new ModelRegistry(storage, time);
        await storage.Content.PutAsync(artifact.Json, CancellationToken.None);
        string run = Guid.NewGuid().ToString("N");
        ModelVersion version = await registry.RegisterAsync(
            new ModelVersion
            {
                Model = model,
                Version = 0,
                Hash = artifact.Hash,
                Task = artifact.Task,
                CreatedAt = time.GetUtcNow(),
                Runs = [run],
                DataVersion = default,
                DataOrder = "1",
                SpecHash = await storage.Content.PutAsync(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(spec)), CancellationToken.None),
                SchemaHash = default,
                Candidate = "linear",
                Trainer = "linear",
                Monitoring = new MonitoringSpec { Window = TimeSpan.FromHours(1), MinimumRows = 100 },
                ValidationMetrics = artifact.Metrics,
                HoldOutMetrics = artifact.Metrics,
            },
            CancellationToken.None);
        ModelAlias? champion = await registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None);
        Assert.NotNull(await registry.TryMoveAliasAsync(new AliasMove(version, ModelAlias.Champion, champion) { DataOrder = "1", RunId = run, Metrics = artifact.Metrics }, CancellationToken.None));
        return version;
    }
}

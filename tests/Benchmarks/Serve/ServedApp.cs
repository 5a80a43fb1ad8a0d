using System.Globalization;
using MlServerless.Benchmarks.Train;
using MlServerless.Data;
using MlServerless.DevHost.Azurite;
using MlServerless.Learning;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Storage;

namespace MlServerless.Benchmarks.Serve;

/// <summary>The published app over the storage emulator with a champion of 100 trees, asked at the app's own port: the host's hop is not in the figures.</summary>
internal sealed class ServedApp : IAsyncDisposable
{
    internal const string Path = "/api/models/bench/predict";

    private const string Model = "bench";

    private readonly AzuriteServer azurite;

    private ServedApp(AzuriteServer azurite) => this.azurite = azurite;

    internal string ConnectionString => azurite.ConnectionString;

    internal ServerCommand Command
    {
        get
        {
            string folder = System.IO.Path.Combine(AppContext.BaseDirectory, "app");
            return new ServerCommand("the app", System.IO.Path.Combine(folder, "MlServerless.Functions"), folder, _ => [], port => new Dictionary<string, string>
            {
                ["AzureWebJobsStorage"] = azurite.ConnectionString,
                ["FUNCTIONS_APP_ROOT_PATH"] = folder,
                ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = "bench",
                ["FUNCTIONS_WORKER_RUNTIME"] = "custom",
            });
        }
    }

    /// <param name="rounds">Trees of the model.</param>
    /// <param name="models">The names under which it is champion.</param>
    internal static async Task<ServedApp> StartAsync(string trainFile, int rounds = 100, params string[] models)
    {
        AzuriteServer azurite = await AzuriteServer.StartAsync(new AzuriteOptions(), CancellationToken.None);
        var app = new ServedApp(azurite);
        try
        {
            (DataSchema schema, Table table) = await BenchmarkTables.ReadAsync(trainFile, 2);
            ModelArtifact artifact = await ModelTrainer.TrainAsync(BenchmarkTables.Request(schema, table, "gbdt", "cls", 2, rounds));
            foreach (string model in models is [] ? [Model] : models)
                await app.PromoteAsync(model, artifact);
            return app;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => azurite.DisposeAsync();

    private async Task PromoteAsync(string model, ModelArtifact artifact)
    {
        AzurePipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = azurite.ConnectionString });
        await storage.EnsureCreatedAsync(CancellationToken.None);
        await storage.Content.PutAsync(artifact.Json, CancellationToken.None);
        var registry = new ModelRegistry(storage, TimeProvider.System);
        ModelVersion version = await registry.RegisterAsync(
            new ModelVersion
            {
                Model = model,
                Version = 0,
                Hash = artifact.Hash,
                Task = artifact.Task,
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Runs = ["bench"],
                DataVersion = default,
                DataOrder = "1",
                SpecHash = default,
                SchemaHash = default,
                Candidate = "trees",
                Trainer = "gbdt",
                Monitoring = new MonitoringSpec(),
                ValidationMetrics = artifact.Metrics,
                HoldOutMetrics = artifact.Metrics,
            },
            CancellationToken.None);
        await registry.TryMoveAliasAsync(new AliasMove(version, ModelAlias.Champion, null) { DataOrder = "1", RunId = version.Runs[0], Metrics = artifact.Metrics }, CancellationToken.None);
    }
}

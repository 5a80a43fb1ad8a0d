using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Functions.Tests.Docs;

/// <summary>The model that an app reads while it starts is one that is trained today.</summary>
public sealed class WarmUpModelTests
{
    private const int Rows = 60;

    [Fact]
    public async Task Model_IsWhatIsTrainedToday() => GeneratedFile.IsCurrent(
        Encoding.UTF8.GetString((await TrainAsync()).Json), "src", "MlServerless.Pipelines", "Serving", "WarmUp", "warm-up-model.json");

    private static Task<ModelArtifact> TrainAsync()
    {
        int[] rows = [.. Enumerable.Range(0, Rows)];
        ColumnSchema[] columns =
        [
            new() { Name = "amount", Type = ColumnType.Number },
            new() { Name = "plan", Type = ColumnType.Category },
            new() { Name = "active", Type = ColumnType.Boolean },
            new() { Name = "since", Type = ColumnType.DateTime },
            new() { Name = "left", Type = ColumnType.Category },
        ];
        var table = new Table(
        [
            new NumericColumn("amount", ColumnType.Number, [.. rows.Select(row => row * 37 % 101 / 4.0)]),
            new CategoryColumn("plan", ColumnType.Category, [.. rows.Select(row => row % 3)], ["a", "b", "c"]),
            new NumericColumn("active", ColumnType.Boolean, [.. rows.Select(row => row % 5 == 0 ? 0.0 : 1.0)]),
            new NumericColumn("since", ColumnType.DateTime, [.. rows.Select(row => 86400.0 * (20000 + (row * 11 % 400)))]),
            new CategoryColumn("left", ColumnType.Category, [.. rows.Select(row => (row * 37 % 101) + (row % 3 * 20) > 70 ? 1 : 0)], ["no", "yes"]),
        ]);
        return ModelTrainer.TrainAsync(new TrainingRequest
        {
            Task = LearningTask.Binary,
            Label = "left",
            Features = ["amount", "plan", "active", "since"],
            Schema = new DataSchema { Columns = columns },
            Train = table,
            Validation = table,
            Trainer = "gbdt",
            Parameters = new JsonObject { ["rounds"] = 3 },
            Seed = 1,
            Threads = 1,
        });
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Gbdt;

/// <summary>The same small trainings as scikit-learn's, row by row: Data/gbdt_peer.json, made by gbdt_peer.py, holds the table and its predictions. Missing values are among them.</summary>
public class GbdtPeerTests
{
    private static readonly JsonObject Peer =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "gbdt_peer.json")))!.AsObject();

    [Theory]
    [InlineData("numbers", LearningTask.Regression, "{}", "x", "z")]
    [InlineData("categories", LearningTask.Regression, "{}", "x", "z", "c")]
    [InlineData("weighted", LearningTask.Regression, """{"weightColumn":"w"}""", "x", "z")]
    [InlineData("decreasing", LearningTask.Regression, """{"monotone":{"z":"decreasing"}}""", "x", "z")]
    [InlineData("binary", LearningTask.Binary, "{}", "x", "z")]
    [InlineData("balanced", LearningTask.Binary, """{"classWeights":"balanced"}""", "x", "z")]
    [InlineData("classWeights", LearningTask.Binary, """{"classWeights":{"1":3}}""", "x", "z")]
    public async Task TrainAsync_SmallTable_PredictsAsScikitLearn(string name, LearningTask task, string settings, params string[] features)
    {
        var table = new Table(
        [
            new NumericColumn("x", ColumnType.Number, Numbers("x")),
            new NumericColumn("z", ColumnType.Number, Numbers("z")),
            SampleTable.Category("c", ColumnType.Category, [.. Numbers("c").Select(value => $"c{value}")]),
            new NumericColumn("w", ColumnType.Number, Numbers("w")),
            task == LearningTask.Regression
                ? new NumericColumn("y", ColumnType.Number, Numbers("r"))
                : SampleTable.Category("y", ColumnType.Category, [.. Numbers("y").Select(value => value == 1 ? "1" : "0")]),
        ]);
        JsonObject parameters = JsonNode.Parse(settings)!.AsObject();
        foreach ((string setting, double value) in ((string, double)[])[("rounds", 5), ("learningRate", 0.3), ("maxLeaves", 6), ("minRowsPerLeaf", 5), ("l2", 1.5)])
            parameters[setting] = value;
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(table, task, "gbdt", parameters) with { Features = features });
        double[] scores = Scorer.Compile(artifact).Score(table);
        double[] expected = [.. Peer["predictions"]![name]!.AsArray().Select(value => value!.GetValue<double>())];
        Assert.Equal(expected, scores, (x, y) => Math.Abs(x - y) < 2e-6);
    }

    private static double[] Numbers(string name) => [.. Peer[name]!.AsArray().Select(value => value?.GetValue<double>() ?? double.NaN)];
}

using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Gbdt;

public class ConstraintTests
{
    [Theory]
    [InlineData("increasing", 1)]
    [InlineData("decreasing", -1)]
    public async Task TrainAsync_Monotone_HoldsEverywhere(string direction, int sign)
    {
        Table table = Make(3000, withWeights: false);
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(
            table, LearningTask.Regression, "gbdt", new JsonObject { ["rounds"] = 40, ["monotone"] = new JsonObject { ["a"] = direction } }));
        Scorer scorer = Scorer.Compile(artifact);
        FeatureRow row = scorer.CreateRow();
        var random = new SeededGenerator(4);
        double[] score = new double[1];
        for (int trial = 0; trial < 200; trial++)
        {
            row.SetNumber(1, random.NextDouble() * 4 - 2);
            double last = double.NegativeInfinity * sign;
            for (double a = -3; a <= 3; a += 0.05)
            {
                row.SetNumber(0, a);
                scorer.Score(row, score);
                Assert.True(sign * (score[0] - last) >= 0, $"a {a}: {score[0]} after {last}");
                last = score[0];
            }
        }
    }

    [Fact]
    public async Task TrainAsync_WholeWeights_AreAsRowsThatOccurSoOften()
    {
        Table weighted = Make(400, withWeights: true);
        ReadOnlySpan<double> weights = ((NumericColumn)weighted["w"]).Values;
        List<int> repeated = [];
        for (int row = 0; row < weights.Length; row++)
            repeated.AddRange(Enumerable.Repeat(row, (int)weights[row]));
        JsonObject settings = JsonNode.Parse("""{"rounds":10,"minRowsPerLeaf":1,"minChildWeight":8}""")!.AsObject();
        JsonObject withColumn = settings.DeepClone().AsObject();
        withColumn["weightColumn"] = "w";
        TrainingRequest request = Training.RequestOn(weighted, LearningTask.Regression, "gbdt", withColumn) with { Features = ["a", "b"] };
        double[] one = Scorer.Compile(await ModelTrainer.TrainAsync(request)).Score(weighted);
        double[] other = Scorer.Compile(await ModelTrainer.TrainAsync(request with { Train = weighted.Select(repeated.ToArray()), Parameters = settings })).Score(weighted);
        Assert.Equal(other, one, (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Theory]
    [InlineData("""{"monotone":{"ag":"increasing","plan":"decreasing"},"classWeights":{"yess":2},"weightColumn":"amount"}""",
        "There is no feature 'ag'; did you mean 'age'?", "The feature 'plan' is of type Category", "There is no class 'yess'; did you mean 'yes'?", "'amount' is a feature, too")]
    [InlineData("""{"weightColumn":"churned"}""", "'churned' is the label")]
    [InlineData("""{"weightColumn":"nobody"}""", "The data has no column 'nobody'")]
    [InlineData("""{"weightColumn":"tier"}""", "The column 'tier' is of type Category; weights are numbers.")]
    public async Task TrainAsync_SettingsThatDoNotFitTheData_AreAllNamed(string parameters, params string[] messages)
    {
        TrainingRequest request = Training.Request("gbdt", LearningTask.Binary) with { Parameters = JsonNode.Parse(parameters)!.AsObject() };
        TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => ModelTrainer.TrainAsync(request));
        Assert.Equal("invalid-parameters", error.Code);
        Assert.All(messages, message => Assert.Contains(message, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LearningTask.Multiclass, """{"monotone":{"age":"increasing"}}""", "several classes")]
    [InlineData(LearningTask.Regression, """{"classWeights":"balanced"}""", "a regression has none")]
    public async Task TrainAsync_SettingsThatDoNotFitTheTask_AreNamed(LearningTask task, string parameters, string message)
    {
        TrainingRequest request = Training.Request("gbdt", task) with { Parameters = JsonNode.Parse(parameters)!.AsObject() };
        TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => ModelTrainer.TrainAsync(request));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public async Task TrainAsync_WrongWeight_IsRefused(double weight)
    {
        Table table = Make(50, withWeights: true, oneWeight: weight);
        TrainingRequest request = Training.RequestOn(table, LearningTask.Regression, "gbdt", new JsonObject { ["weightColumn"] = "w" }) with { Features = ["a", "b"] };
        TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => ModelTrainer.TrainAsync(request));
        Assert.Contains("1 rows have no weight in 'w'", error.Message, StringComparison.Ordinal);
    }

    private static Table Make(int rows, bool withWeights, double? oneWeight = null)
    {
        var random = new SeededGenerator(9);
        double[] a = new double[rows], b = new double[rows], w = new double[rows], y = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            a[i] = Math.Round(random.NextDouble() * 4 - 2, 1);
            b[i] = Math.Round(random.NextDouble() * 4 - 2, 1);
            w[i] = 1 + random.NextInt(3);
            y[i] = a[i] * a[i] + a[i] * b[i] + random.NextDouble();
        }
        w[0] = oneWeight ?? w[0];
        List<Column> columns = [new NumericColumn("a", ColumnType.Number, a), new NumericColumn("b", ColumnType.Number, b), new NumericColumn("y", ColumnType.Number, y)];
        if (withWeights)
            columns.Add(new NumericColumn("w", ColumnType.Number, w));
        return new Table(columns);
    }
}

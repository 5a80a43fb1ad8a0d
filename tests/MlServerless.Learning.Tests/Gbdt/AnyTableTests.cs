using System.Text.Json.Nodes;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Gbdt;

/// <summary>Whatever the table: a training ends with a model that scores every row, or with an error that says what to do.</summary>
public class AnyTableTests
{
    private static readonly JsonObject FewRounds = new() { ["rounds"] = 5, ["minRowsPerLeaf"] = 1 };

    private static readonly double[] Extremes = [0, -0.0, 1, -1, double.MaxValue, double.MinValue, double.Epsilon, 1e-300, 1e300, double.NaN, 0.1, 7];

    public static TheoryData<string, LearningTask> OddTables
    {
        get
        {
            var data = new TheoryData<string, LearningTask>();
            foreach (string name in (string[])["constant beside varying", "missing beside varying", "huge values", "duplicate columns", "10,000 categories", "two rows", "many columns"])
                foreach (LearningTask task in Enum.GetValues<LearningTask>())
                    data.Add(name, task);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(OddTables))]
    public async Task TrainAsync_OddTable_GivesAModelThatScoresEveryRow(string name, LearningTask task)
    {
        Table table = Odd(name, task);
        ModelArtifact one = await ModelTrainer.TrainAsync(Training.RequestOn(table, task, "gbdt", FewRounds));
        ModelArtifact four = await ModelTrainer.TrainAsync(Training.RequestOn(table, task, "gbdt", FewRounds) with { Threads = 4 });
        Assert.Equal(one.Hash, four.Hash);
        Assert.All(Scorer.Compile(one).Score(table), score => Assert.True(double.IsFinite(score)));
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("missing")]
    [InlineData("one row")]
    public async Task TrainAsync_NothingVaries_IsRefusedWithAWayOut(string name)
    {
        int rows = name == "one row" ? 1 : 30;
        var table = new Table(
        [
            new NumericColumn("a", ColumnType.Number, [.. Enumerable.Repeat(name == "missing" ? double.NaN : 5, rows)]),
            SampleTable.Category("b", ColumnType.Category, [.. Enumerable.Repeat(name == "missing" ? null : "x", rows)]),
            new NumericColumn("y", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(i => (double)i)]),
        ]);
        TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => ModelTrainer.TrainAsync(Training.RequestOn(table, LearningTask.Regression, "gbdt", FewRounds)));
        Assert.Equal(FindingCodes.NoUsableFeatures, error.Code);
        Assert.Contains("Add columns that vary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainAsync_AnySmallTable_EndsWithAModelOrAReason()
    {
        var seeds = Arb.From(Gen.Choose(0, 1_000_000));
        Prop.ForAll(seeds, seed =>
        {
            var random = new SeededGenerator((ulong)seed);
            var task = (LearningTask)random.NextInt(3);
            Table table = AnyTable(random, task);
            try
            {
                ModelArtifact artifact = ModelTrainer.TrainAsync(Training.RequestOn(table, task, "gbdt", FewRounds)).GetAwaiter().GetResult();
                Assert.All(Scorer.Compile(artifact).Score(table), score => Assert.True(double.IsFinite(score)));
                Assert.Equal(artifact.Hash, ModelArtifact.Parse(artifact.Json).Hash);
            }
            catch (TrainingException error)
            {
                Assert.False(string.IsNullOrWhiteSpace(error.Message));
            }
        }).Check(new Configuration { MaxNbOfTest = 60, Replay = FsCheck.Random.StdGen.NewStdGen(7, 11), Runner = Config.QuickThrowOnFailure.Runner });
    }

    private static Table Odd(string name, LearningTask task)
    {
        int rows = name switch { "two rows" => 2, "10,000 categories" => 20_000, "many columns" => 100, _ => 300 };
        if (name == "two rows" && task == LearningTask.Multiclass)
            rows = 3;
        double[] x = [.. Enumerable.Range(0, rows).Select(i => (double)(i * 7919 % rows))];
        List<Column> columns = [new NumericColumn("x", ColumnType.Number, x)];
        switch (name)
        {
            case "constant beside varying":
                columns.Add(new NumericColumn("c", ColumnType.Number, [.. x.Select(_ => 3.0)]));
                columns.Add(SampleTable.Category("d", ColumnType.Category, [.. x.Select(_ => "same")]));
                break;
            case "missing beside varying":
                columns.Add(new NumericColumn("c", ColumnType.Number, [.. x.Select(_ => double.NaN)]));
                columns.Add(SampleTable.Category("d", ColumnType.Category, [.. x.Select(_ => (string?)null)]));
                break;
            case "huge values":
                columns.Add(new NumericColumn("c", ColumnType.Number, [.. x.Select(v => v % 3 == 0 ? double.MaxValue : v % 3 == 1 ? double.MinValue : 1e-308)]));
                break;
            case "duplicate columns":
                columns.Add(new NumericColumn("c", ColumnType.Number, x));
                break;
            case "10,000 categories":
                columns.Add(SampleTable.Category("c", ColumnType.Category, [.. x.Select(v => $"v{v % 10_000}")]));
                break;
            case "many columns":
                columns.AddRange(Enumerable.Range(0, 150).Select(k => new NumericColumn($"c{k}", ColumnType.Number, [.. x.Select(v => (v + k) % 11)])));
                break;
        }
        columns.Add(Label(task, [.. x.Select(v => name == "huge values" ? v * 1e140 : v)], rows));
        return new Table(columns);
    }

    private static Column Label(LearningTask task, double[] values, int rows) => task switch
    {
        LearningTask.Regression => new NumericColumn("y", ColumnType.Number, values),
        LearningTask.Binary => SampleTable.Category("y", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(i => i * 7919 % rows < rows / 2 ? "low" : "high")]),
        _ => SampleTable.Category("y", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(i => $"class{i * 7919 % rows * 3 / rows}")]),
    };

    private static Table AnyTable(SeededGenerator random, LearningTask task)
    {
        int rows = 1 + random.NextInt(40);
        var columns = new List<Column>();
        for (int c = 0; c <= random.NextInt(5); c++)
        {
            if (random.NextInt(3) == 0)
                columns.Add(SampleTable.Category($"c{c}", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(4) == 0 ? null : $"v{random.NextInt(5)}")]));
            else
                columns.Add(new NumericColumn($"c{c}", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(_ => Extremes[random.NextInt(Extremes.Length)])]));
        }
        columns.Add(task == LearningTask.Regression
            ? new NumericColumn("y", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(_ => Extremes[random.NextInt(Extremes.Length)])])
            : SampleTable.Category("y", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(6) == 0 ? null : $"k{random.NextInt(3)}")]));
        return new Table(columns);
    }
}

using System.Text.Json.Nodes;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

/// <summary>Whatever the table, of every kind of column: every trainer ends with a model that scores every row and can be written, or with an error that says what to do.</summary>
public class AnyTableTests
{
    private static readonly double[] Extremes = [0, -0.0, 1, -1, double.MaxValue, double.MinValue, double.Epsilon, 1e-300, 1e300, double.NaN, 0.1, 7];
    private static readonly string?[] Texts = [null, "", " ", "a", "a a b", "Größe!", "日本 語", "😀", new string('x', 5000), "NaN", "\u0000"];

    public static TheoryData<string> Trainers => [.. ModelTrainer.TrainerNames];

    [Theory]
    [MemberData(nameof(Trainers))]
    public void TrainAsync_AnySmallTable_EndsWithAModelOrAReason(string trainer)
    {
        int models = 0;
        Prop.ForAll(Arb.From(Gen.Choose(0, 1_000_000)), seed =>
        {
            var random = new SeededGenerator((ulong)seed);
            var task = (LearningTask)random.NextInt(3);
            models += Try(trainer, task, AnyTable(random, task)) ? 1 : 0;
        }).Check(new Configuration { MaxNbOfTest = 80, Replay = FsCheck.Random.StdGen.NewStdGen(5, 9), Runner = Config.QuickThrowOnFailure.Runner });
        Assert.InRange(models, 20, 80);
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void TrainAsync_TenThousandCategoriesAndTexts_GivesAModel(string trainer)
    {
        int[] rows = [.. Enumerable.Range(0, 20_000)];
        var table = new Table(
        [
            SampleTable.Category("c", ColumnType.Category, [.. rows.Select(i => $"v{i * 7919 % 10_000}")]),
            SampleTable.Category("t", ColumnType.Text, [.. rows.Select(i => $"w{i * 7919 % 10_000} x{i % 3}")]),
            SampleTable.Category("y", ColumnType.Category, [.. rows.Select(i => i % 3 == 0 ? "a" : "b")]),
        ]);
        Assert.True(Try(trainer, LearningTask.Binary, table));
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void TrainAsync_NothingVaries_IsRefusedWithAWayOut(string trainer)
    {
        foreach (int rows in new[] { 1, 30 })
            foreach (bool missing in new[] { true, false })
            {
                var table = new Table(
                [
                    new NumericColumn("a", ColumnType.Number, [.. Enumerable.Repeat(missing ? double.NaN : 5, rows)]),
                    SampleTable.Category("b", ColumnType.Category, [.. Enumerable.Repeat(missing ? null : "x", rows)]),
                    SampleTable.Category("t", ColumnType.Text, [.. Enumerable.Repeat(missing ? null : "some words", rows)]),
                    new NumericColumn("d", ColumnType.DateTime, [.. Enumerable.Repeat(missing ? double.NaN : 86400.5, rows)]),
                    new NumericColumn("y", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(i => (double)i)]),
                ]);
                TrainingException error = Assert.Throws<TrainingException>(() =>
                    ModelTrainer.TrainAsync(Training.RequestOn(table, LearningTask.Regression, trainer)).GetAwaiter().GetResult());
                Assert.Equal(FindingCodes.NoUsableFeatures, error.Code);
                Assert.Contains("Add columns that vary", error.Message);
            }
    }

    /// <summary>A column twice over, as another number and as its text, makes no difference to whether there is a model.</summary>
    [Theory]
    [MemberData(nameof(Trainers))]
    public void TrainAsync_DuplicateColumns_GivesAModel(string trainer)
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => (double)(i * 37 % 101))];
        var table = new Table(
        [
            new NumericColumn("a", ColumnType.Number, x),
            new NumericColumn("b", ColumnType.Number, x),
            new NumericColumn("c", ColumnType.Integer, [.. x.Select(v => -v * 1e12)]),
            SampleTable.Category("d", ColumnType.Text, [.. x.Select(v => $"number {v}")]),
            new NumericColumn("y", ColumnType.Number, [.. x.Select(v => v * 2)]),
        ]);
        Assert.True(Try(trainer, LearningTask.Regression, table));
    }

    private static bool Try(string trainer, LearningTask task, Table table)
    {
        try
        {
            ModelArtifact artifact = ModelTrainer.TrainAsync(Training.RequestOn(table, task, trainer, Quick(trainer))).GetAwaiter().GetResult();
            Assert.All(Scorer.Compile(artifact).Score(table), score => Assert.True(double.IsFinite(score)));
            Assert.Equal(artifact.Hash, ModelArtifact.Parse(artifact.Json).Hash);
            if (artifact.Signature.Inputs.All(input => input.Type != ColumnType.Text))
                Assert.NotEmpty(OnnxExporter.Export(artifact));
            return true;
        }
        catch (TrainingException error)
        {
            Assert.False(string.IsNullOrWhiteSpace(error.Code) || string.IsNullOrWhiteSpace(error.Message));
            return false;
        }
    }

    private static JsonObject Quick(string trainer) =>
        trainer == "gbdt" ? new JsonObject { ["rounds"] = 5, ["minRowsPerLeaf"] = 1 } : new JsonObject { ["maxIterations"] = 30 };

    private static Table AnyTable(SeededGenerator random, LearningTask task)
    {
        int rows = 1 + random.NextInt(40);
        var columns = new List<Column>();
        int count = 1 + random.NextInt(6);
        for (int c = 0; c < count; c++)
            columns.Add(AnyColumn($"c{c}", rows, random));
        if (random.NextInt(4) == 0 && columns[0] is NumericColumn twice)
            columns.Add(new NumericColumn("again", twice.Type, twice.Values.ToArray()));
        columns.Add(task == LearningTask.Regression
            ? new NumericColumn("y", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(_ => Extremes[random.NextInt(Extremes.Length)])])
            : SampleTable.Category("y", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(6) == 0 ? null : $"k{random.NextInt(3)}")]));
        return new Table(columns);
    }

    private static Column AnyColumn(string name, int rows, SeededGenerator random)
    {
        int constant = random.NextInt(5) == 0 ? random.NextInt(Extremes.Length) : -1;
        double[] numbers(Func<double> draw) => [.. Enumerable.Range(0, rows).Select(_ => constant >= 0 ? Extremes[constant] : draw())];
        string?[] texts(Func<string?> draw) => [.. Enumerable.Range(0, rows).Select(_ => constant >= 0 ? Texts[constant % Texts.Length] : draw())];
        return random.NextInt(6) switch
        {
            0 => SampleTable.Category(name, ColumnType.Category, texts(() => random.NextInt(4) == 0 ? null : $"v{random.NextInt(5)}")),
            1 => SampleTable.Category(name, ColumnType.Text, texts(() => Texts[random.NextInt(Texts.Length)])),
            2 => new NumericColumn(name, ColumnType.DateTime, numbers(() => random.NextInt(5) == 0 ? Extremes[random.NextInt(Extremes.Length)] : random.NextInt(2_000_000_000))),
            3 => new NumericColumn(name, ColumnType.Boolean, [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(5) == 0 ? double.NaN : random.NextInt(2))]),
            _ => new NumericColumn(name, ColumnType.Number, numbers(() => Extremes[random.NextInt(Extremes.Length)])),
        };
    }
}

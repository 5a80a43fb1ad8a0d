using System.Text.Json.Nodes;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class ModelTrainerTests
{
    [Fact]
    public void ValidateParameters_Defaults_AreValid()
    {
        Assert.Equal(["linear", "gbdt"], ModelTrainer.TrainerNames);
        foreach (string trainer in ModelTrainer.TrainerNames)
            Assert.Empty(ModelTrainer.ValidateParameters(trainer, null));
    }

    [Theory]
    [InlineData("gbdt", """{"learning_rate":0.1}""", "learning_rate", "did you mean 'learningRate'")]
    [InlineData("gbdt", """{"learningRate":0}""", "learningRate", "greater than 0 to 1")]
    [InlineData("gbdt", """{"rounds":1.5}""", "rounds", "whole number")]
    [InlineData("gbdt", """{"rounds":"many"}""", "rounds", "whole number from 1")]
    [InlineData("gbdt", """{"rounds":null}""", "rounds", "null")]
    [InlineData("gbdt", """{"rounds":1e400}""", "rounds", "whole number from 1")]
    [InlineData("linear", """{"wildlyWrong":1}""", "wildlyWrong", "Known are: l2, l1")]
    [InlineData("linear", """{"l2":-1}""", "l2", "from 0")]
    public void ValidateParameters_Wrong_SaysWhereAndHowToMend(string trainer, string json, string path, string message)
    {
        SpecError error = Assert.Single(ModelTrainer.ValidateParameters(trainer, JsonNode.Parse(json)!.AsObject()));
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void ValidateParameters_UnknownTrainer_SuggestsTheNearest() =>
        Assert.Contains("did you mean 'gbdt'", Assert.Single(ModelTrainer.ValidateParameters("gbdtt", null)).Message);

    [Fact]
    public void EstimateBytes_MoreRows_NeedMore()
    {
        foreach (string trainer in ModelTrainer.TrainerNames)
        {
            Assert.True(ModelTrainer.EstimateBytes(trainer, 1_000_000, 25) > 1_000_000L * 25);
            Assert.True(ModelTrainer.EstimateBytes(trainer, 1_000_000, 25, classes: 10) > ModelTrainer.EstimateBytes(trainer, 1_000_000, 25));
            Assert.True(ModelTrainer.EstimateBytes(trainer, 1_000_000, SampleTable.Schema, ["note"]) > ModelTrainer.EstimateBytes(trainer, 1_000_000, SampleTable.Schema, ["age"]));
        }
    }

    [Theory]
    [InlineData("single class", FindingCodes.SingleClass)]
    [InlineData("no labels", FindingCodes.TooFewRows)]
    [InlineData("no rows", FindingCodes.TooFewRows)]
    [InlineData("three classes", FindingCodes.UnsuitableLabel)]
    [InlineData("no label column", FindingCodes.MissingLabel)]
    [InlineData("constant features", FindingCodes.NoUsableFeatures)]
    [InlineData("no features", FindingCodes.NoUsableFeatures)]
    [InlineData("missing feature", FindingCodes.MissingFeature)]
    [InlineData("label as feature", FindingCodes.UnsuitableLabel)]
    [InlineData("unknown positive class", FindingCodes.UnsuitableLabel)]
    [InlineData("regression on categories", FindingCodes.UnsuitableLabel)]
    [InlineData("infinite targets", FindingCodes.NonFinite)]
    [InlineData("huge targets", FindingCodes.UnsuitableLabel)]
    public async Task TrainAsync_UnusableData_EndsWithAClearError(string what, string code)
    {
        foreach (string trainer in ModelTrainer.TrainerNames)
        {
            TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => ModelTrainer.TrainAsync(Unusable(what, trainer)));
            Assert.Equal(code, error.Code);
            Assert.EndsWith(".", error.Message);
        }
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task TrainAsync_RowsWithoutALabel_AreLeftOutAndCounted(string trainer)
    {
        Table table = Small(100);
        double[] labels = ((NumericColumn)table["y"]).Values.ToArray();
        labels[3] = labels[50] = double.NaN;
        var holes = new Table([table["x"], new NumericColumn("y", ColumnType.Integer, labels)]);
        int[] labelled = [.. Enumerable.Range(0, 100).Where(i => i is not (3 or 50))];
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(holes, LearningTask.Binary, trainer));
        ModelArtifact without = await ModelTrainer.TrainAsync(Training.RequestOn(holes.Select(labelled), LearningTask.Binary, trainer));
        Assert.Equal(new TrainingRows(98, 2, 0, 0), artifact.Rows);
        Assert.Equal(Scorer.Compile(without).Score(table), Scorer.Compile(artifact).Score(table));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task TrainAsync_Cancelled_Ends(string trainer)
    {
        using var cancellation = new CancellationTokenSource();
        TrainingRequest request = Training.Request(trainer, LearningTask.Binary) with { Progress = _ => cancellation.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ModelTrainer.TrainAsync(request, cancellation.Token));
    }

    [Fact]
    public async Task TrainAsync_ValidationThatGetsWorse_StopsEarly()
    {
        var random = new Learning.Numerics.SeededGenerator(1);
        double[] x = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())];
        double[] noise = [.. Enumerable.Range(0, 400).Select(_ => (double)random.NextInt(2))];
        var table = new Table([new NumericColumn("x", ColumnType.Number, x), new NumericColumn("y", ColumnType.Integer, noise)]);
        TrainingRequest request = Training.RequestOn(table.Select([.. Enumerable.Range(0, 200)]), LearningTask.Binary, "gbdt") with
        {
            Validation = table.Select([.. Enumerable.Range(200, 200)]),
        };
        int stopped = Trees(await ModelTrainer.TrainAsync(request));
        int all = Trees(await ModelTrainer.TrainAsync(request with { Parameters = new JsonObject { ["earlyStoppingRounds"] = 0 } }));
        Assert.Equal(100, all);
        Assert.True(stopped < 80, $"{stopped} trees");
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task TrainAsync_DuplicateColumns_PredictsAsOne(string trainer)
    {
        Table one = Small(300);
        double[] x = ((NumericColumn)one["x"]).Values.ToArray();
        var two = new Table([one["x"], new NumericColumn("again", ColumnType.Number, x), one["y"]]);
        JsonObject? parameters = trainer == "linear" ? new JsonObject { ["l2"] = 1e-6 } : null;
        double[] expected = Scorer.Compile(await ModelTrainer.TrainAsync(Training.RequestOn(one, LearningTask.Binary, trainer, parameters))).Score(one);
        double[] actual = Scorer.Compile(await ModelTrainer.TrainAsync(Training.RequestOn(two, LearningTask.Binary, trainer, parameters?.DeepClone().AsObject()))).Score(two);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-3);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task TrainAsync_ThousandCategories_Learns(string trainer)
    {
        var random = new Learning.Numerics.SeededGenerator(5);
        int[] category = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextInt(1000))];
        double[] y = [.. category.Select(c => random.NextDouble() < (c % 2 == 0 ? 0.8 : 0.2) ? 1.0 : 0.0)];
        var table = new Table([SampleTable.Category("c", ColumnType.Category, [.. category.Select(c => $"v{c}")]), new NumericColumn("y", ColumnType.Integer, y)]);
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(table, LearningTask.Binary, trainer));
        double auc = Evaluation.Metrics(LearningTask.Binary, y, Scorer.Compile(artifact).Score(table), 1)["auc"];
        Assert.True(auc > (trainer == "linear" ? 0.75 : 0.6), $"AUC {auc}");
    }

    /// <summary>Any small table ends in a model whose scores are finite, or in a <see cref="TrainingException"/>.</summary>
    [Theory]
    [MemberData(nameof(Training.AllKinds), MemberType = typeof(Training))]
    public void TrainAsync_AnyTable_EndsInAModelOrAClearError(string trainer, LearningTask task)
    {
        double[] extremes = [0, -0.0, 1, -1, 1e-320, 1e-300, 1e15, 1e149, 1e300, -1e300, double.MaxValue, double.MinValue, double.NaN, double.NaN];
        Gen<double> number = Gen.OneOf(Gen.Elements(extremes), Gen.Choose(-3, 3).Select(v => (double)v));
        Gen<string?> category = Gen.Elements<string?>("a", "b", "ü", "", " ", "a b c", null);
        Gen<(int Rows, double[] Numbers, string?[] Texts, int[] Labels)> tables =
            from rows in Gen.Choose(1, 60)
            from numbers in Gen.ArrayOf(3 * rows, number)
            from texts in Gen.ArrayOf(2 * rows, category)
            from labels in Gen.ArrayOf(rows, Gen.Choose(-1, 2))
            select (rows, numbers, texts, labels);
        Configuration configuration = Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = 40;
        configuration.Replay = FsCheck.Random.StdGen.NewStdGen(7, 11);
        Prop.ForAll(Arb.From(tables), sample =>
        {
            int n = sample.Rows;
            double[] labels = [.. sample.Labels.Select(l => l < 0 ? double.NaN : task == LearningTask.Binary ? l % 2 : task == LearningTask.Regression ? sample.Numbers[l] : l)];
            var table = new Table(
            [
                new NumericColumn("a", ColumnType.Number, sample.Numbers[..n]),
                new NumericColumn("b", ColumnType.Boolean, sample.Numbers[n..(2 * n)]),
                new NumericColumn("t", ColumnType.DateTime, sample.Numbers[(2 * n)..]),
                SampleTable.Category("c", ColumnType.Category, sample.Texts[..n]),
                SampleTable.Category("w", ColumnType.Text, sample.Texts[n..]),
                new NumericColumn("y", ColumnType.Number, labels),
            ]);
            var parameters = trainer == "gbdt" ? new JsonObject { ["rounds"] = 5, ["minRowsPerLeaf"] = 1 } : null;
            TrainingRequest request = Training.RequestOn(table, task, trainer, parameters) with { Validation = table };
            try
            {
                ModelArtifact artifact = ModelTrainer.TrainAsync(request).GetAwaiter().GetResult();
                Assert.All(Scorer.Compile(artifact).Score(table), score => Assert.True(double.IsFinite(score), $"{score}"));
            }
            catch (TrainingException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }).Check(configuration);
    }

    private static int Trees(ModelArtifact artifact) => JsonNode.Parse(artifact.Json)!["model"]!["trees"]!.AsArray().Count;

    private static Table Small(int rows)
    {
        double[] x = [.. Enumerable.Range(0, rows).Select(i => i % 17 + 0.01 * i)];
        double[] y = [.. Enumerable.Range(0, rows).Select(i => i % 17 > 8 != (i % 11 == 0) ? 1.0 : 0.0)];
        return new Table([new NumericColumn("x", ColumnType.Number, x), new NumericColumn("y", ColumnType.Integer, y)]);
    }

    private static TrainingRequest Unusable(string what, string trainer)
    {
        Table table = Small(60);
        double[] x = ((NumericColumn)table["x"]).Values.ToArray();
        TrainingRequest request = Training.RequestOn(table, LearningTask.Binary, trainer);
        return what switch
        {
            "single class" => On([.. Enumerable.Repeat(1.0, 60)], LearningTask.Binary),
            "no labels" => On([.. Enumerable.Repeat(double.NaN, 60)], LearningTask.Binary),
            "no rows" => request with { Train = table.Select([]) },
            "three classes" => On([.. Enumerable.Range(0, 60).Select(i => (double)(i % 3))], LearningTask.Binary),
            "no label column" => request with { Label = "z" },
            "constant features" => Training.RequestOn(new Table([new NumericColumn("x", ColumnType.Number, [.. Enumerable.Repeat(1.0, 60)]), table["y"]]), LearningTask.Binary, trainer),
            "no features" => request with { Features = [] },
            "missing feature" => request with { Features = ["x", "other"] },
            "label as feature" => request with { Features = ["x", "y"] },
            "unknown positive class" => request with { PositiveClass = "maybe" },
            "regression on categories" => Training.RequestOn(new Table([table["x"], SampleTable.Category("y", ColumnType.Category, [.. x.Select(v => v > 8 ? "a" : "b")])]), LearningTask.Regression, trainer),
            "infinite targets" => On([.. x.Select(v => v > 8 ? double.PositiveInfinity : v)], LearningTask.Regression),
            "huge targets" => On([.. x.Select(v => v > 8 ? 1e200 : v)], LearningTask.Regression),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        TrainingRequest On(double[] labels, LearningTask task) =>
            Training.RequestOn(new Table([table["x"], new NumericColumn("y", ColumnType.Number, labels)]), task, trainer);
    }
}

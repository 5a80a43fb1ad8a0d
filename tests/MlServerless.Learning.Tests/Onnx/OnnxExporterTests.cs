using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Onnx;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Onnx;

public class OnnxExporterTests
{
    private const double Tolerance = 1e-5;
    private static readonly string[] Features = [.. SampleTable.Features.Where(name => name != "note")];

    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Export_AnyModel_ScoresAsOurs(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await ModelAsync(trainer, task);
        Table rows = HoldOut();
        Table rounded = Rounded(rows);
        foreach ((OnnxNumbers numbers, Table seen) in new[] { (OnnxNumbers.Float, rounded), (OnnxNumbers.Double, rows) })
        {
            OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact, numbers), artifact.Signature, rows, numbers);
            double[] ours = Scorer.Compile(artifact).Score(seen);
            AssertClose(ours, answer.Scores, Tolerance);
            int outputs = task == LearningTask.Multiclass ? 3 : 1;
            Assert.Equal([rows.RowCount, outputs], answer.ScoreDimensions);
            Assert.Equal(Features, answer.Inputs.Select(input => input.Name));
            Assert.Equal(Labels(artifact, answer.Scores, outputs), answer.Labels);
        }
    }

    /// <summary>The floats on both sides of every threshold that the model has, and the doubles.</summary>
    [Theory]
    [InlineData(OnnxNumbers.Float)]
    [InlineData(OnnxNumbers.Double)]
    public async Task Export_ValuesAtThresholds_GoTheSameWay(OnnxNumbers numbers)
    {
        var random = new MlServerless.Learning.Numerics.SeededGenerator(5);
        double[] x = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble() - 0.5)];
        double[] y = [.. x.Select(v => Math.Floor(v * 40) % 3)];
        var table = new Table([new NumericColumn("x", ColumnType.Number, x), new NumericColumn("y", ColumnType.Number, y)]);
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(table, LearningTask.Regression, "gbdt", new JsonObject { ["rounds"] = 30 }));
        double[] thresholds = [.. JsonNode.Parse(artifact.Json)!["model"]!["trees"]!.AsArray().SelectMany(tree => tree!["threshold"]!.AsArray()).Select(t => (double)t!).Distinct()];
        Assert.True(thresholds.Length > 50);
        double[] values = [.. thresholds.SelectMany(t => numbers == OnnxNumbers.Float ? Neighbours((float)t) : [Math.BitDecrement(t), t, Math.BitIncrement(t)])];
        var rows = new Table([new NumericColumn("x", ColumnType.Number, values)]);
        OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact, numbers), artifact.Signature, rows, numbers);
        AssertClose(Scorer.Compile(artifact).Score(rows), answer.Scores, 1e-6);

        static double[] Neighbours(float t) => [MathF.BitDecrement(t), t, MathF.BitIncrement(t)];
    }

    /// <summary>
    /// The error is within 2^-22 of the range of the targets, whatever their size and the number of trees, beside the rounding of doubles
    /// in our own sums.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e12, 1e3)]
    [InlineData(-5, 1e140)]
    [InlineData(0, 1e-60)]
    public async Task Export_RegressionOfAnyScale_KeepsItsDigits(double centre, double spread)
    {
        Table sample = SampleTable.Make(1500, 1);
        double[] targets = [.. ((NumericColumn)sample["spend"]).Values.ToArray().Select(v => centre + spread * (v - 100) / 100)];
        var table = new Table([.. Features.Select(name => sample[name]), new NumericColumn("y", ColumnType.Number, targets)]);
        double range = targets.Max() - targets.Min();
        foreach (string trainer in ModelTrainer.TrainerNames)
        {
            var parameters = trainer == "gbdt" ? new JsonObject { ["rounds"] = 400, ["earlyStoppingRounds"] = 0 } : null;
            ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(table, LearningTask.Regression, trainer, parameters));
            Table rows = HoldOut();
            OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact, OnnxNumbers.Double), artifact.Signature, rows, OnnxNumbers.Double);
            double rounding = 500 * (Math.BitIncrement(Math.Abs(centre)) - Math.Abs(centre));
            AssertClose(Scorer.Compile(artifact).Score(rows), answer.Scores, range * Math.ScaleB(1, -22) + rounding, trainer);
        }
    }

    [Fact]
    public async Task Export_WordsForMissing_AreMissing()
    {
        ModelArtifact artifact = await ModelAsync("gbdt", LearningTask.Binary);
        Table rows = SampleTable.Make(4, 3);
        Table missing = With(rows, SampleTable.Category("city", ColumnType.Category, [null, null, null, null]));
        Table words = With(rows, SampleTable.Category("city", ColumnType.Category, ["", "NA", "null", "#N/A"]));
        OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact, OnnxNumbers.Double), artifact.Signature, words, OnnxNumbers.Double);
        AssertClose(Scorer.Compile(artifact).Score(missing), answer.Scores, Tolerance);
    }

    /// <summary>Inputs whose names ONNX gives to outputs and constants, and one that is no identifier.</summary>
    [Fact]
    public async Task Export_AnyColumnName_IsTheInputsName()
    {
        Table sample = SampleTable.Make(600, 1);
        Column[] columns =
        [
            new NumericColumn("scores", ColumnType.Number, ((NumericColumn)sample["age"]).Values.ToArray()),
            new NumericColumn("Constant_0", ColumnType.Number, ((NumericColumn)sample["amount"]).Values.ToArray()),
            Renamed((CategoryColumn)sample["plan"], "label"),
            Renamed((CategoryColumn)sample["city"], "Größe / \"m²\""),
            Renamed((CategoryColumn)sample["churned"], "y"),
        ];
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(new Table(columns), LearningTask.Binary, "gbdt"));
        var rows = new Table(columns[..4]);
        OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact, OnnxNumbers.Double), artifact.Signature, rows, OnnxNumbers.Double);
        AssertClose(Scorer.Compile(artifact).Score(rows), answer.Scores, Tolerance);
        Assert.Equal(columns[..4].Select(column => column.Name), answer.Inputs.Select(input => input.Name));

        static CategoryColumn Renamed(CategoryColumn column, string name) =>
            SampleTable.Category(name, ColumnType.Category, [.. column.Codes.ToArray().Select(code => code < 0 ? null : column.Vocabulary[code])]);
    }

    /// <summary>What early stopping or a strong penalty may leave: no trees, no terms.</summary>
    [Theory]
    [InlineData("gbdt", LearningTask.Multiclass, "trees")]
    [InlineData("linear", LearningTask.Multiclass, "terms")]
    [InlineData("linear", LearningTask.Regression, "terms")]
    public async Task Export_ModelThatAsksNothing_GivesItsConstant(string trainer, LearningTask task, string part)
    {
        JsonObject json = JsonNode.Parse((await ModelAsync(trainer, task)).Json)!.AsObject();
        json["model"]![part] = new JsonArray();
        if (part == "terms")
        {
            json["model"]!["coefficients"] = new JsonArray([.. json["model"]!["intercepts"]!.AsArray().Select(_ => new JsonArray())]);
            json["model"]!["averages"] = new JsonArray();
        }

        ModelArtifact artifact = ModelArtifact.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Table rows = HoldOut();
        OnnxAnswer answer = await OnnxRuntime.ScoreAsync(OnnxExporter.Export(artifact), artifact.Signature, rows);
        AssertClose(Scorer.Compile(artifact).Score(rows), answer.Scores, Tolerance);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Export_EqualArtifacts_GivesEqualBytes(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await ModelAsync(trainer, task);
        byte[] first = OnnxExporter.Export(artifact);
        Assert.Equal(first, OnnxExporter.Export(ModelArtifact.Parse(artifact.Json)));
        Assert.NotEqual(first, OnnxExporter.Export(artifact, OnnxNumbers.Double));
    }

    [Fact]
    public async Task Export_TextFeature_IsRefusedByName()
    {
        ModelArtifact artifact = await Training.ModelAsync("linear", LearningTask.Binary);
        OnnxExportException error = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(artifact));
        Assert.Equal(["note"], error.Columns);
        Assert.Contains("'note'", error.Message);
        Assert.Contains("features.exclude", error.Message);
    }

    private static Task<ModelArtifact> ModelAsync(string trainer, LearningTask task) =>
        ModelTrainer.TrainAsync(Training.Request(trainer, task) with { Features = Features });

    /// <summary>Rows that no training saw: among them categories never seen, every value missing in turn, and all at once.</summary>
    private static Table HoldOut()
    {
        Table sample = SampleTable.Make(300, 9);
        return new Table([.. Features.Select((name, index) => Spoilt(sample[name], index))]);

        Column Spoilt(Column column, int index)
        {
            bool missing(int row) => row < 10 || row % (Features.Length + 1) == index;
            if (column is CategoryColumn categories)
                return SampleTable.Category(column.Name, column.Type, [.. categories.Codes.ToArray().Select((code, row) =>
                    missing(row) || code < 0 ? null : row % 11 == 0 ? "never seen" : categories.Vocabulary[code])]);
            return new NumericColumn(column.Name, column.Type, [.. ((NumericColumn)column).Values.ToArray().Select((value, row) =>
                missing(row) ? double.NaN : row % 13 == 0 ? value * -1e6 : row % 17 == 0 ? value * 3.0001 : value)]);
        }
    }

    /// <summary>The rows as a program with float inputs sees them.</summary>
    private static Table Rounded(Table rows) => new([.. rows.Columns.Select(column => column is NumericColumn { Type: not ColumnType.DateTime } numbers
        ? new NumericColumn(column.Name, column.Type, [.. numbers.Values.ToArray().Select(value => (double)(float)value)])
        : column)]);

    private static Table With(Table rows, Column column) => new([.. rows.Columns.Select(own => own.Name == column.Name ? column : own)]);

    private static string[]? Labels(ModelArtifact artifact, double[] scores, int outputs) => artifact.Task switch
    {
        LearningTask.Regression => null,
        LearningTask.Binary => [.. scores.Select(score => artifact.ClassLabels[score >= 0.5 ? 1 : 0])],
        _ => [.. scores.Chunk(outputs).Select(row => artifact.ClassLabels[Array.IndexOf(row, row.Max())])],
    };

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what = "score")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what} {i}: ours {expected[i]:R}, ONNX Runtime {actual[i]:R}");
    }
}

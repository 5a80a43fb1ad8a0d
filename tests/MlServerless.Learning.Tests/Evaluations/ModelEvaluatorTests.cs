using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Evaluations;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Evaluations;

public class ModelEvaluatorTests
{
    private static readonly Table HoldOut = SampleTable.Make(3000, 9);

    [Theory]
    [InlineData(LearningTask.Binary)]
    [InlineData(LearningTask.Multiclass)]
    [InlineData(LearningTask.Regression)]
    public async Task Evaluate_EveryTask_MeasuresAllItsMetricsWithIntervals(LearningTask task)
    {
        EvaluationReport report = await EvaluateAsync(task, HoldOut);
        Assert.Equal(Evaluation.HoldOutMetricNames(task).Where(metric => metric != "cost").Order(StringComparer.Ordinal), report.Metrics.Keys);
        Assert.All(report.Metrics.Values, metric => Assert.True(metric.Low <= metric.Value && metric.Value <= metric.High));
        Assert.Equal((3000, 0), (report.Rows, report.Unlabelled));
        Assert.Equal(3000, report.Calibration.Bins.Sum(bin => bin.Rows));
        if (task != LearningTask.Regression)
        {
            Assert.Equal(3000, report.Confusion!.Counts.Sum(line => line.Sum()));
            Assert.Equal(report.ClassLabels, report.Classes.Select(one => one.Label));
        }
    }

    [Fact]
    public async Task Evaluate_Twice_GivesTheSameBytes() => Assert.Equal(
        JsonSerializer.Serialize(await EvaluateAsync(LearningTask.Binary, HoldOut, slices: ["plan", "age"])),
        JsonSerializer.Serialize(await EvaluateAsync(LearningTask.Binary, HoldOut, slices: ["plan", "age"])));

    [Fact]
    public async Task Evaluate_Slices_PartitionTheRows()
    {
        EvaluationReport report = await EvaluateAsync(LearningTask.Binary, HoldOut, slices: ["plan", "age", "active", "signup", "amount", "note", "nowhere"]);
        foreach (SlicedColumn column in report.Slices.Where(column => column.Problem is null))
        {
            Assert.Equal(3000, column.Slices.Sum(slice => slice.Rows));
            double right = column.Slices.Where(slice => slice.Metrics.Count > 0).Sum(slice => slice.Rows * slice.Metrics["accuracy"].Value);
            Assert.InRange((report.Metrics["accuracy"].Value * 3000) - right, -1e-6, 50);
        }

        SlicedColumn plan = report.Slices[0];
        Assert.Equal(["plan = basic", "plan = gold", "plan = none", "plan = plus", "plan missing", "plan: 1 other value"], plan.Slices.Select(slice => slice.Slice.Label).Order(StringComparer.Ordinal));
        Assert.Empty(plan.Slices.Single(slice => slice.Slice.Kind == SliceKind.Rare).Metrics);
        Assert.Equal(["active = false", "active = true"], report.Slices[2].Slices.Select(slice => slice.Slice.Label));
        Assert.Contains("is a text", report.Slices[5].Problem, StringComparison.Ordinal);
        Assert.Contains("no column 'nowhere'", report.Slices[6].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_SliceAlone_EqualsTheEvaluationOfItsRows()
    {
        EvaluationReport whole = await EvaluateAsync(LearningTask.Binary, HoldOut, slices: ["active"]);
        int[] rows = [.. Enumerable.Range(0, HoldOut.RowCount).Where(row => ((NumericColumn)HoldOut["active"]).Values[row] == 1)];
        EvaluationReport alone = await EvaluateAsync(LearningTask.Binary, HoldOut.Select(rows));
        SliceFigures slice = whole.Slices[0].Slices.Single(slice => slice.Slice.Value == "true");
        Assert.Equal(rows.Length, slice.Rows);
        foreach ((string metric, MetricEstimate estimate) in slice.Metrics)
            Assert.Equal(alone.Metrics[metric], estimate);
    }

    [Fact]
    public async Task Evaluate_Disparity_IsBetweenBestAndWorstSlice()
    {
        SlicedColumn plan = (await EvaluateAsync(LearningTask.Binary, HoldOut, slices: ["plan"])).Slices[0];
        SliceFigures[] large = [.. plan.Slices.Where(slice => slice.Metrics.Count > 0)];
        Disparity loss = plan.Disparities.Single(one => one.Metric == "logLoss");
        Assert.Equal(large.MinBy(slice => slice.Metrics["logLoss"].Value)!.Slice.Label, loss.Best);
        Assert.Equal(large.MaxBy(slice => slice.Metrics["logLoss"].Value)!.Slice.Label, loss.Worst);
        Assert.Equal(large.Max(slice => slice.Metrics["logLoss"].Value) - large.Min(slice => slice.Metrics["logLoss"].Value), loss.Difference);
        Disparity rate = plan.Disparities.Single(one => one.Metric == "selectionRate");
        Assert.Equal(large.Min(slice => slice.SelectionRate)!.Value / large.Max(slice => slice.SelectionRate)!.Value, rate.Ratio);
    }

    [Fact]
    public async Task Evaluate_LabelsWrongInOneCity_TheSearchNamesIt()
    {
        var city = (CategoryColumn)HoldOut["city"];
        var label = (CategoryColumn)HoldOut["churned"];
        int wrong = city.Vocabulary.ToList().IndexOf("city07");
        int[] codes = [.. label.Codes.ToArray().Select((code, row) => city.Codes[row] == wrong ? 1 - code : code)];
        var table = new Table([.. HoldOut.Columns.Select(column => column.Name == "churned" ? new CategoryColumn("churned", ColumnType.Category, codes, label.Vocabulary) : column)], HoldOut.RowNumbers);
        EvaluationReport report = await EvaluateAsync(LearningTask.Binary, table);
        WeakSlice weak = report.WeakSlices[0];
        Assert.Equal("city = city07", weak.Figures.Slice.Label);
        Assert.True(weak.Loss > weak.OtherLoss && weak.Low > 0 && weak.PValue < 0.001);
        Assert.Equal((7, 1), (report.Search.Columns, report.Search.LeftOut));
    }

    [Fact]
    public async Task Evaluate_Surprising_AreTheLargestLossesWithTheirKeys()
    {
        EvaluationReport report = await EvaluateAsync(LearningTask.Regression, HoldOut, key: ["city", "age"]);
        Assert.Equal(20, report.Surprising.Count);
        Assert.Equal(report.Surprising.OrderByDescending(row => row.Loss), report.Surprising);
        SurprisingRow first = report.Surprising[0];
        int row = (int)first.Row - 1;
        Assert.Equal(((NumericColumn)HoldOut["spend"]).Values[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture), first.Actual);
        Assert.Equal(["age", "city"], first.Key.Keys);
        Assert.Equal(((CategoryColumn)HoldOut["city"]).Vocabulary[((CategoryColumn)HoldOut["city"]).Codes[row]], first.Key["city"]);
    }

    [Fact]
    public async Task Evaluate_CategoriesTrainingLacked_AreNamedInTheCoverage()
    {
        Table table = SampleTable.Make(100, 3);
        string?[] plans = [.. Enumerable.Range(0, 100).Select(row => row < 3 ? "platinum" : row < 10 ? null : "basic")];
        table = new Table([.. table.Columns.Select(column => column.Name == "plan" ? SampleTable.Category("plan", ColumnType.Category, plans) : column)]);
        InputCoverage plan = (await EvaluateAsync(LearningTask.Binary, table)).Coverage.Single(input => input.Name == "plan");
        Assert.Equal(["platinum"], plan.UnseenValues);
        Assert.Equal((3L, 0.07, 2), (plan.UnseenRows, plan.MissingFraction, plan.Distinct));
        Assert.InRange(plan.TrainingMissingFraction, 0.03, 0.08);
    }

    [Fact]
    public async Task Evaluate_ThresholdAndCosts_MoveTheDecisions()
    {
        EvaluationReport half = await EvaluateAsync(LearningTask.Binary, HoldOut);
        EvaluationReport low = await EvaluateAsync(LearningTask.Binary, HoldOut, threshold: 0.2, costs: new ErrorCosts(1, 5));
        Assert.True(low.Metrics["recall"].Value > half.Metrics["recall"].Value);
        Assert.Equal(half.Metrics["auc"], low.Metrics["auc"]);
        IReadOnlyList<IReadOnlyList<long>> counts = low.Confusion!.Counts;
        Assert.Equal((counts[0][1] + (5 * counts[1][0])) / 3000.0, low.Metrics["cost"].Value, 1e-12);
    }

    [Fact]
    public async Task Evaluate_FewOrNoLabelledRows_LeavesOutWhatIsNotDefined()
    {
        EvaluationReport one = await EvaluateAsync(LearningTask.Binary, HoldOut.Select([0]), slices: ["plan"]);
        Assert.DoesNotContain("auc", one.Metrics.Keys);
        Table unlabelled = new([.. HoldOut.Columns.Select(column => column.Name == "churned" ? SampleTable.Category("churned", ColumnType.Category, new string?[HoldOut.RowCount]) : column)]);
        EvaluationReport none = await EvaluateAsync(LearningTask.Binary, unlabelled, slices: ["plan"]);
        Assert.Equal((3000, 3000, 0), (none.Rows, none.Unlabelled, none.Metrics.Count));
        Assert.Empty(none.Surprising);
    }

    private static async Task<EvaluationReport> EvaluateAsync(
        LearningTask task, Table table, string[]? slices = null, string[]? key = null, double threshold = 0.5, ErrorCosts? costs = null)
    {
        ModelArtifact artifact = await Training.ModelAsync("linear", task);
        return ModelEvaluator.Evaluate(new EvaluationRequest
        {
            Artifact = artifact,
            HoldOut = table,
            Scores = Scorer.Compile(artifact).Score(table, 1),
            Slices = slices ?? [],
            Key = key ?? [],
            Threshold = threshold,
            Costs = costs,
        });
    }
}

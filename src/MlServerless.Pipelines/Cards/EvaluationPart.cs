using System.Globalization;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Cards;

/// <summary>An evaluation on a page: metrics, errors, calibration, slices and the rows that surprised.</summary>
internal static class EvaluationPart
{
    private const int MostSlices = 40;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["auc"] = "ROC-AUC",
        ["prAuc"] = "PR-AUC",
        ["logLoss"] = "log-loss",
        ["brier"] = "Brier score",
        ["ece"] = "calibration error (ECE)",
        ["balancedAccuracy"] = "balanced accuracy",
        ["f1"] = "F1",
        ["macroF1"] = "macro F1",
        ["macroPrecision"] = "macro precision",
        ["macroRecall"] = "macro recall",
        ["rmse"] = "RMSE",
        ["mae"] = "MAE",
        ["mape"] = "MAPE",
        ["r2"] = "R²",
        ["cost"] = "cost of a row",
        [GateVariables.SelectionRate] = "selection rate",
    };

    public static string Name(string metric) => Names.GetValueOrDefault(metric, metric);

    public static string Interval(double? low, double? high) => low is { } from && high is { } to ? $"{Figures.Number(from)} to {Figures.Number(to)}" : Figures.None;

    /// <param name="unit">Of costs; null for none.</param>
    public static void Add(Html html, EvaluationReport evaluation, string? unit)
    {
        AddMetrics(html, evaluation, unit);
        AddConfusion(html, evaluation);
        AddCalibration(html, evaluation);
        AddWeakSlices(html, evaluation);
        foreach (SlicedColumn column in evaluation.Slices)
            AddSlices(html, evaluation, column);
        AddSurprising(html, evaluation);
    }

    private static void AddMetrics(Html html, EvaluationReport evaluation, string? unit)
    {
        html.Add($"<h2>How good it is</h2><p class=\"soft\">On {Figures.Count(evaluation.Rows - evaluation.Unlabelled)} rows that it was neither fitted to nor chosen on; intervals of {Figures.Percent(evaluation.Confidence)}");
        html.Add($"{(evaluation.Threshold is { } threshold ? $"; a row counts as positive from a probability of {Figures.Number(threshold)}" : "")}.</p>");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\" class=\"n\">Value</th><th scope=\"col\" class=\"n\">Interval</th><th scope=\"col\" class=\"wide\">Better</th></tr></thead><tbody>");
        foreach ((string metric, MetricEstimate estimate) in evaluation.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            string suffix = metric == "cost" && unit is not null ? " " + unit : "";
            html.Add($"<tr><th scope=\"row\">{Name(metric)}</th><td class=\"n\">{Figures.Number(estimate.Value)}{suffix}</td><td class=\"n\">{Interval(estimate.Low, estimate.High)}</td><td class=\"wide soft\">{(Evaluation.HigherIsBetter(metric) ? "higher" : "lower")}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddConfusion(Html html, EvaluationReport evaluation)
    {
        if (evaluation.Confusion is not { } confusion || confusion.Labels.Count == 0)
            return;
        html.AddMarkup("<h2>What it takes for what</h2><div class=\"scroll\"><table class=\"matrix\"><thead><tr><th scope=\"col\">actual \\ predicted</th>");
        foreach (string label in confusion.Labels)
            html.Add($"<th scope=\"col\" class=\"n\">{Figures.Short(label, 30)}</th>");
        html.AddMarkup("<th scope=\"col\" class=\"n\">recall</th></tr></thead><tbody>");
        foreach ((int line, IReadOnlyList<long> counts) in confusion.Counts.Index())
        {
            long all = counts.Sum();
            html.Add($"<tr><th scope=\"row\">{Figures.Short(confusion.Labels[line], 30)}</th>");
            foreach ((int column, long count) in counts.Index())
                html.Add($"<td class=\"n{(line == column ? " right" : "")}\">{Figures.Count(count)}</td>");
            html.Add($"<td class=\"n soft\">{(all == 0 ? Figures.None : Figures.Percent(counts[line], all))}</td></tr>");
        }

        html.AddMarkup("<tr><th scope=\"row\">precision</th>");
        for (int column = 0; column < confusion.Labels.Count; column++)
        {
            long all = confusion.Counts.Sum(counts => counts[column]);
            html.Add($"<td class=\"n soft\">{(all == 0 ? Figures.None : Figures.Percent(confusion.Counts[column][column], all))}</td>");
        }

        html.AddMarkup("<td></td></tr></tbody></table></div>");
    }

    private static void AddCalibration(Html html, EvaluationReport evaluation)
    {
        Calibration calibration = evaluation.Calibration;
        if (calibration.Bins.Count == 0)
            return;
        bool isProbability = evaluation.Task != LearningTask.Regression;
        html.Add($"<h2>{(isProbability ? "Whether its probabilities hold" : "Predicted and observed")}</h2>");
        if (calibration is { Ece: { } ece, EceByChance: { } chance })
            html.Add($"<p>On average they are off by {Figures.Percent(ece.Value)} ({Figures.Percent(ece.Low ?? 0)} to {Figures.Percent(ece.High ?? 1)}); chance alone would make about {Figures.Percent(chance)}.{(calibration.PValue is { } p ? $" Spiegelhalter's test that they are right: p {Gates.ShowP(p)}." : "")}</p>");
        html.AddMarkup("<div class=\"side\">");
        CalibrationChart.Add(html, calibration.Bins, isProbability, "What was observed over what was predicted");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\" class=\"n\">Predicted</th><th scope=\"col\" class=\"n\">Observed</th><th scope=\"col\" class=\"n\">Interval</th><th scope=\"col\" class=\"n\">Rows</th></tr></thead><tbody>");
        foreach (CalibrationBin bin in calibration.Bins)
            html.Add($"<tr><td class=\"n\">{Figures.Number(bin.Predicted)}</td><td class=\"n\">{Figures.Number(bin.Observed)}</td><td class=\"n\">{Interval(bin.Low, bin.High)}</td><td class=\"n\">{Figures.Count(bin.Rows)}</td></tr>");
        html.AddMarkup("</tbody></table></div></div>");
    }

    private static void AddWeakSlices(Html html, EvaluationReport evaluation)
    {
        string loss = evaluation.Task == LearningTask.Regression ? "squared error" : "log-loss";
        html.Add($"<h2>Where it is weak</h2><p class=\"soft\">{Figures.Count(evaluation.Search.Slices)} slices of {Figures.Count(evaluation.Search.Columns)} columns were searched for those whose mean {loss} is above that of all other rows, beyond chance.{(evaluation.Search.LeftOut > 0 ? $" {Figures.Count(evaluation.Search.LeftOut)} inputs (texts, or beyond the first 200) were not." : "")}</p>");
        if (evaluation.WeakSlices.Count == 0)
        {
            html.AddMarkup("<p>None was found.</p>");
            return;
        }

        html.Add($"<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Slice</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\" class=\"n\">{loss}</th><th scope=\"col\" class=\"n\">elsewhere</th><th scope=\"col\" class=\"n wide\">Interval of the difference</th><th scope=\"col\" class=\"n wide\">p, corrected</th></tr></thead><tbody>");
        foreach (WeakSlice weak in evaluation.WeakSlices)
            html.Add($"<tr><th scope=\"row\">{Figures.Short(weak.Figures.Slice.Label, 80)}</th><td class=\"n\">{Figures.Count(weak.Figures.Rows)}</td><td class=\"n\">{Figures.Number(weak.Loss)}</td><td class=\"n\">{Figures.Number(weak.OtherLoss)}</td><td class=\"n wide\">{Interval(weak.Low, weak.High)}</td><td class=\"n wide\">{Gates.ShowP(weak.PValue)}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddSlices(Html html, EvaluationReport evaluation, SlicedColumn column)
    {
        html.Add($"<h2>By {column.Column}</h2>");
        if (column.Problem is { } problem)
        {
            html.Add($"<p>{problem}</p>");
            return;
        }

        string[] metrics = Shown(evaluation.Task);
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Slice</th><th scope=\"col\" class=\"n\">Rows</th>");
        foreach (string metric in metrics)
            html.Add($"<th scope=\"col\" class=\"n\">{Name(metric)}</th>");
        html.Add($"<th scope=\"col\" class=\"n wide\">{(evaluation.Task == LearningTask.Binary ? "positive, predicted" : "mean, predicted")}</th></tr></thead><tbody>");
        foreach (SliceFigures slice in column.Slices.Take(MostSlices))
        {
            html.Add($"<tr><th scope=\"row\">{Figures.Short(slice.Slice.Label, 80)}</th><td class=\"n\">{Figures.Count(slice.Rows)}</td>");
            foreach (string metric in metrics)
                AddEstimate(html, slice.Metrics.GetValueOrDefault(metric));
            html.Add($"<td class=\"n wide\">{Pair(evaluation.Task, slice)}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
        foreach (Disparity disparity in column.Disparities.Where(disparity => metrics.Contains(disparity.Metric, StringComparer.Ordinal) || disparity.Metric == GateVariables.SelectionRate))
            html.Add($"<p class=\"soft\">{Name(disparity.Metric)}: {Figures.Number(disparity.Difference)} between {disparity.Worst} and {disparity.Best}{(disparity.Ratio is { } ratio ? $", ratio {Figures.Number(Math.Round(ratio, 3))}" : "")}{(disparity.PValue is { } p ? $", p {Gates.ShowP(p)}" : "")}</p>");
    }

    private static void AddEstimate(Html html, MetricEstimate? estimate)
    {
        if (estimate is null)
            html.Add($"<td class=\"n soft\">{Figures.None}</td>");
        else
            html.Add($"<td class=\"n\">{Figures.Number(estimate.Value)}<span class=\"soft small\">{Interval(estimate.Low, estimate.High)}</span></td>");
    }

    private static string Pair(LearningTask task, SliceFigures slice)
    {
        if (slice is not { MeanTarget: { } target, MeanPrediction: { } prediction })
            return Figures.None;
        return task == LearningTask.Binary ? $"{Figures.Percent(target)}, {Figures.Percent(prediction)}" : $"{Figures.Number(target)}, {Figures.Number(prediction)}";
    }

    private static string[] Shown(LearningTask task) => task switch
    {
        LearningTask.Binary => ["auc", "logLoss", "recall", "precision"],
        LearningTask.Multiclass => ["accuracy", "logLoss", "macroF1"],
        _ => ["rmse", "mae", "r2"],
    };

    private static void AddSurprising(Html html, EvaluationReport evaluation)
    {
        if (evaluation.Surprising.Count == 0)
            return;
        string[] keys = [.. evaluation.Surprising[0].Key.Keys];
        html.AddMarkup("<h2>Rows that surprised it most</h2><p class=\"soft\">Wrong labels, or cases that the inputs do not tell apart: worth a look.</p><div class=\"scroll\"><table><thead><tr><th scope=\"col\" class=\"n\">Row</th>");
        foreach (string key in keys)
            html.Add($"<th scope=\"col\">{Figures.Short(key, 40)}</th>");
        html.Add($"<th scope=\"col\">Actual</th><th scope=\"col\">Predicted</th><th scope=\"col\" class=\"n\">{(evaluation.Task == LearningTask.Regression ? "Error" : "Probability")}</th></tr></thead><tbody>");
        foreach (SurprisingRow row in evaluation.Surprising)
        {
            html.Add($"<tr><td class=\"n\">{Figures.Count(row.Row)}</td>");
            foreach (string key in keys)
                html.Add($"<td><code>{Figures.Short(row.Key.GetValueOrDefault(key) ?? Figures.None, 60)}</code></td>");
            html.Add($"<td>{Value(evaluation.Task, row.Actual)}</td><td>{Value(evaluation.Task, row.Predicted)}</td><td class=\"n\">{(row.Probability is { } probability ? Figures.Number(Math.Round(probability, 6)) : Figures.Number(Math.Sqrt(row.Loss)))}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    private static string Value(LearningTask task, string text) =>
        task == LearningTask.Regression && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? Figures.Number(number) : Figures.Short(text, 40);
}

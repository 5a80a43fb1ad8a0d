using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>How good the predictions were, as far as that is known or to be expected.</summary>
internal static class PerformanceSection
{
    public static void Add(Html html, DriftReport report)
    {
        if (report.Performance is null && report.Estimated is null)
            return;
        html.AddMarkup("<h2>Performance</h2>");
        if (report.Performance is { } performance)
            html.Add($"<p>{(performance.Labels == 0 ? "No label is known yet; send them to the model's feedback path." : $"The truth of {Figures.Count(performance.Labels)} predictions is known, {Figures.Percent(performance.Coverage)} of them.")}</p>");
        string[] metrics =
        [
            .. (report.Performance?.Metrics.Keys ?? []).Concat(report.Estimated?.Now.Keys ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        if (metrics.Length > 0)
        {
            html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Metric</th><th scope=\"col\" class=\"n\">With labels</th><th scope=\"col\" class=\"n\">Expected without labels</th><th scope=\"col\" class=\"n\">Expected at training</th><th scope=\"col\" class=\"n\">Measured at training</th></tr></thead><tbody>");
            foreach (string metric in metrics)
                html.Add($"<tr><th scope=\"row\">{metric}</th><td class=\"n\">{Value(report.Performance?.Metrics, metric)}</td><td class=\"n\">{Value(report.Estimated?.Now, metric)}</td><td class=\"n\">{Value(report.Estimated?.AtTraining, metric)}</td><td class=\"n\">{Value(report.Estimated?.Measured, metric)}</td></tr>");
            html.AddMarkup("</tbody></table></div>");
        }

        if (report.History.Count == 0)
            return;
        string shown = report.History[^1].Performance.Metrics.ContainsKey("auc") ? "auc" : report.History[^1].Performance.Metrics.Keys.First();
        (string Label, double Value)[] points = [.. report.History.Where(window => window.Performance.Metrics.ContainsKey(shown)).Select(window => (window.Window.Split('-')[0], window.Performance.Metrics[shown]))];
        if (points.Length > 1)
        {
            html.Add($"<h3>{shown} of the windows before, with the labels known by now</h3>");
            DriftCharts.Line(html, points, $"{shown} by window");
        }
    }

    private static string Value(IReadOnlyDictionary<string, double>? metrics, string name) =>
        metrics?.TryGetValue(name, out double value) == true ? Figures.Number(Math.Round(value, 4)) : Figures.None;
}

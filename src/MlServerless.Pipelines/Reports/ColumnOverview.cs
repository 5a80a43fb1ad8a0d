using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>One line a column, so that two hundred can be looked over.</summary>
internal static class ColumnOverview
{
    public static void Add(Html html, DataProfile profile, IReadOnlyList<Finding> findings)
    {
        ILookup<string?, Finding> byColumn = findings.ToLookup(finding => finding.Column, StringComparer.Ordinal);
        long rows = profile.Rows - profile.RejectedRows;
        html.AddMarkup("<h2>Columns</h2><input id=\"filter\" type=\"search\" placeholder=\"Filter by name\" aria-label=\"Filter columns by name\" hidden>");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column</th><th scope=\"col\">Type</th><th scope=\"col\">Distribution</th><th scope=\"col\" class=\"n\">Missing</th><th scope=\"col\" class=\"n\">Distinct</th>");
        html.AddMarkup("<th scope=\"col\" class=\"n wide\">Minimum</th><th scope=\"col\" class=\"n wide\">Mean</th><th scope=\"col\" class=\"n wide\">Maximum</th></tr></thead><tbody>");
        foreach ((int index, ColumnProfile column) in profile.Columns.Index())
        {
            html.Add($"<tr data-name=\"{column.Name.ToLowerInvariant()}\"><th scope=\"row\"><a href=\"#c{index}\">{Figures.Short(column.Name, 80)}</a>{Mark(byColumn[column.Name])}</th><td>{Figures.Name(column.Type)}</td><td>");
            Charts.Spark(html, Shares(column));
            html.Add($"</td><td class=\"n\">{Figures.Percent(column.Missing + column.NonFinite, rows)}</td><td class=\"n\">{Distinct(column)}</td>");
            html.Add($"<td class=\"n wide\">{Figures.Value(column.Min, column.Type)}</td><td class=\"n wide\">{Figures.Value(column.Mean, column.Type)}</td><td class=\"n wide\">{Figures.Value(column.Max, column.Type)}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    public static string Distinct(ColumnProfile column) => (column.DistinctIsExact ? "" : "\u2248 ") + Figures.Count(column.Distinct);

    /// <summary>What is wrong with the column is told above; here it is only seen that something is.</summary>
    private static string Mark(IEnumerable<Finding> findings) => findings.Count() switch
    {
        0 => "",
        1 => " \u26a0",
        int several => string.Create(CultureInfo.InvariantCulture, $" \u26a0 {several}"),
    };

    private static IReadOnlyList<double> Shares(ColumnProfile column) =>
        column.Histogram is { } histogram ? [.. histogram.Select(bin => (double)bin.Count)] : [.. column.TopValues.Select(value => (double)value.Count)];
}

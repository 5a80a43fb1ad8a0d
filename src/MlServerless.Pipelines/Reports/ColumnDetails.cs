using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>Everything about one column, folded away until it is asked for.</summary>
internal static class ColumnDetails
{
    private const int LongestValue = 60;

    public static void Add(Html html, int index, ColumnProfile column, ColumnSchema? schema, ColumnProfile? before, long rows)
    {
        html.Add($"<details id=\"c{index}\" data-name=\"{column.Name.ToLowerInvariant()}\"><summary>{column.Name} <span class=\"soft\">{Figures.Name(column.Type)}{(schema?.Explanation is { } why ? ": " + why : "")}</span></summary><div class=\"column\"><div>");
        AddFigures(html, column, before, rows);
        html.AddMarkup("</div><div>");
        if (column.Histogram is { Count: > 0 } histogram)
        {
            IReadOnlyList<HistogramBin>? outline = before?.Histogram is { Count: > 0 } earlier && before.Type == column.Type ? earlier : null;
            Charts.Histogram(html, histogram, outline, column.Type, $"Distribution of {Figures.Short(column.Name, LongestValue)}{(outline is null ? "" : ", with the version before as a line")}");
        }

        if (column.Type.IsCategorical() || column.Histogram is null)
            AddTop(html, column, before, rows);
        html.AddMarkup("</div></div></details>");
    }

    private static void AddFigures(Html html, ColumnProfile column, ColumnProfile? before, long rows)
    {
        html.Add($"<table><thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"n\">this version</th>");
        if (before is not null)
            html.AddMarkup("<th scope=\"col\" class=\"n\">before</th>");
        html.AddMarkup("</tr></thead><tbody>");
        Line("values", Figures.Count(column.Count), before is null ? null : Figures.Count(before.Count));
        Line("missing", Figures.Percent(column.Missing, rows), before is null ? null : Figures.Percent(before.Missing, before.Missing + before.NonFinite + before.Count));
        if (column.NonFinite + (before?.NonFinite ?? 0) > 0)
            Line("infinite", Figures.Count(column.NonFinite), before is null ? null : Figures.Count(before.NonFinite));
        Line("distinct", ColumnOverview.Distinct(column), before is null ? null : ColumnOverview.Distinct(before));
        Value("minimum", profile => profile.Min);
        Value("mean", profile => profile.Mean);
        Value("maximum", profile => profile.Max);
        if (column.StandardDeviation is not null)
            Line("standard deviation", Figures.Spread(column.StandardDeviation, column.Type), before is null ? null : Figures.Spread(before.StandardDeviation, before.Type));
        foreach (Quantile quantile in column.Quantiles ?? [])
            Value($"{Figures.Percent(quantile.Probability)} below", profile => profile.Quantiles?.FirstOrDefault(other => other.Probability == quantile.Probability)?.Value);
        if (column.Label is { } label)
            Line(Measure(label.Measure), Association(label), before is null ? null : before.Label is { } was && was.Measure == label.Measure ? Association(was) : Figures.None);
        if (column.MinLength is { } shortest)
            Line("characters", $"{Figures.Count(shortest)} to {Figures.Count(column.MaxLength ?? shortest)}, mean {Figures.Number(column.MeanLength ?? shortest)}", before?.MinLength is { } wasShortest ? $"{Figures.Count(wasShortest)} to {Figures.Count(before.MaxLength ?? wasShortest)}" : before is null ? null : Figures.None);
        html.AddMarkup("</tbody></table>");

        void Value(string name, Func<ColumnProfile, double?> pick)
        {
            if (pick(column) is { } value)
                Line(name, Figures.Value(value, column.Type), before is null ? null : Figures.Value(pick(before), before.Type));
        }

        void Line(string name, string now, string? then)
        {
            html.Add($"<tr><th scope=\"row\">{name}</th><td class=\"n\">{now}</td>");
            if (before is not null)
                html.Add($"<td class=\"n\">{then ?? Figures.None}</td>");
            html.AddMarkup("</tr>");
        }
    }

    private static string Measure(string measure) => measure switch
    {
        "pearson" => "correlation with the label",
        "correlationRatio" => "correlation ratio with the label",
        _ => "Cram\u00e9r's V with the label",
    };

    private static string Association(LabelAssociation label) =>
        label.StandardError > 0 ? $"{Figures.Number(Math.Round(label.Value, 3))} \u00b1 {Figures.Number(Math.Round(label.StandardError, 3))}" : Figures.Number(Math.Round(label.Value, 3));

    private static void AddTop(Html html, ColumnProfile column, ColumnProfile? before, long rows)
    {
        if (column.TopValues.Count == 0)
            return;
        long most = column.TopValues.Max(value => value.Count);
        if (most == 1 && column.Count > column.TopValues.Count)
        {
            html.Add($"<p class=\"soft\">No value was seen twice, e.g. {string.Join(", ", column.TopValues.Take(3).Select(value => Figures.Short(value.Value, LongestValue)))}.</p>");
            return;
        }

        Dictionary<string, long>? earlier = before is { DistinctIsExact: true } ? before.TopValues.ToDictionary(value => value.Value, value => value.Count, StringComparer.Ordinal) : null;
        long earlierRows = before is null ? 0 : before.Count + before.Missing + before.NonFinite;
        html.Add($"<p class=\"soft\">Most frequent values, of all rows{(earlier is null ? "" : " (in the version before)")}</p><div class=\"top\">");
        foreach (ValueFrequency value in column.TopValues)
        {
            string then = earlier is null ? "" : earlier.TryGetValue(value.Value, out long count) ? $" ({Figures.Percent(count, earlierRows)})" : before!.TopValues.Count < before.Distinct ? "" : " (new)";
            html.Add($"<b>{Figures.Short(value.Value, LongestValue)}</b><i style=\"width:{100.0 * value.Count / most}%\"></i><span>{Figures.Percent(value.Count, rows)}{then}</span>");
        }

        html.AddMarkup("</div>");
        if (column.TopValues.Count < column.Distinct)
            html.Add($"<p class=\"soft\">and {Figures.Count(column.Distinct - column.TopValues.Count)} more</p>");
    }
}

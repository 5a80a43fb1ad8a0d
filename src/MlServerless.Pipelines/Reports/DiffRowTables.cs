using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>Examples of the rows that differ, and what else is to be known of the comparison.</summary>
internal static class DiffRowTables
{
    private const int LongestName = 80;
    private const int LongestValue = 40;

    public static void Add(Html html, DataDiffResult rows)
    {
        html.AddMarkup("<h2>Rows</h2>");
        if (rows.Key.Count == 0)
            html.AddMarkup("<p>Rows are told apart by their whole content, because no key was given; a row that changed counts as one removed and one added.</p>");
        else
            html.Add($"<p>Rows are told apart by {string.Join(", ", rows.Key)}, and compared in {Figures.Count(rows.Columns.Count)} columns that both versions have.</p>");
        AddDuplicates(html, "The version before", rows.Before, rows.Key.Count > 0);
        AddDuplicates(html, "This version", rows.After, rows.Key.Count > 0);
        IReadOnlyList<string> columns = rows.Key.Count > 0 ? rows.Key : [.. rows.Columns.Take(DataDiff.MaxExampleColumns)];
        AddTable(html, "Changed", rows.Changed, rows.ChangedExamples, columns);
        AddTable(html, "Added", rows.Added, rows.AddedExamples, columns);
        AddTable(html, "Removed", rows.Removed, rows.RemovedExamples, columns);
    }

    private static void AddDuplicates(Html html, string version, DiffRows rows, bool keyed)
    {
        if (rows.RejectedRows > 0)
            html.Add($"<p>{version} has {Figures.Count(rows.RejectedRows)} rows that are kept out; they are not compared.</p>");
        if (rows.DuplicateKeys > 0 && keyed)
            html.Add($"<p>{version} has {Figures.Count(rows.DuplicateKeys)} keys more than once, with {Figures.Count(rows.DuplicateRows)} rows beyond the first. Of such rows, equal ones are set against each other and the rest in pairs.</p>");
        else if (rows.DuplicateKeys > 0)
            html.Add($"<p>{version} has {Figures.Count(rows.DuplicateRows)} rows that repeat another.</p>");
    }

    private static void AddTable(Html html, string title, long count, IReadOnlyList<DiffExample> examples, IReadOnlyList<string> columns)
    {
        if (examples.Count == 0)
            return;
        bool before = examples.Any(example => example.BeforeRow is not null);
        bool after = examples.Any(example => example.AfterRow is not null);
        html.AddMarkup(before && after ? "<details open>" : "<details>");
        html.Add($"<summary>{title} <span class=\"soft\">{Figures.Count(count)} rows{(count > examples.Count ? $", {Figures.Count(examples.Count)} of them here" : "")}</span></summary><div class=\"scroll plain\"><table><thead><tr>");
        foreach (string column in columns)
            html.Add($"<th scope=\"col\">{Figures.Short(column, LongestName)}</th>");
        if (before && after)
            html.AddMarkup("<th scope=\"col\">what changed</th>");
        if (before)
            html.AddMarkup("<th scope=\"col\" class=\"n\">row before</th>");
        if (after)
            html.AddMarkup("<th scope=\"col\" class=\"n\">row now</th>");
        html.AddMarkup("</tr></thead><tbody>");
        foreach (DiffExample example in examples)
        {
            html.AddMarkup("<tr>");
            foreach (string value in example.Values)
                html.Add($"<td>{Figures.Short(value, LongestValue)}</td>");
            if (before && after)
                AddChanges(html, example.Changes);
            if (before)
                html.Add($"<td class=\"n\">{Figures.Count(example.BeforeRow ?? 0)}</td>");
            if (after)
                html.Add($"<td class=\"n\">{Figures.Count(example.AfterRow ?? 0)}</td>");
            html.AddMarkup("</tr>");
        }

        html.AddMarkup("</tbody></table></div></details>");
    }

    private static void AddChanges(Html html, IReadOnlyList<CellChange> changes)
    {
        html.AddMarkup("<td class=\"what\">");
        foreach (CellChange change in changes)
            html.Add($"<div><span class=\"soft\">{Figures.Short(change.Column, LongestName)}</span> {Shown(change.Before)} \u2192 <b>{Shown(change.After)}</b></div>");
        html.AddMarkup("</td>");
    }

    private static string Shown(string text) => text.Length == 0 ? "(empty)" : text;
}

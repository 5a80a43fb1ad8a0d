using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>The comparison of two data versions as a page. The same comparison is the same bytes.</summary>
public static class DataDiffPage
{
    private const int LongestName = 80;

    /// <summary>What the page may do in a browser, for the header Content-Security-Policy.</summary>
    public static string ContentSecurityPolicy => Page.ContentSecurityPolicy;

    public static byte[] Build(DataDiffReport diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return Page.Build($"{diff.Pipeline}: {diff.Before.DataVersion.Hex[..12]} to {diff.After.DataVersion.Hex[..12]}", html =>
        {
            AddHead(html, diff);
            DiffRowTables.Add(html, diff.Rows);
            AddSchema(html, diff.Schema);
            AddDistances(html, diff);
            AddColumns(html, diff);
            AddVersions(html, diff);
        });
    }

    private static void AddHead(Html html, DataDiffReport diff)
    {
        DataDiffResult rows = diff.Rows;
        bool same = rows.Added + rows.Removed + rows.Changed == 0 && rows.Before.RejectedRows == rows.After.RejectedRows && diff.Schema is null or { Count: 0 };
        html.Add($"<header><div class=\"head\"><h1>Two versions of the data of pipeline {diff.Pipeline}</h1>");
        if (same)
            html.AddMarkup("<span class=\"badge good\">no difference</span>");
        html.Add($"</div><p class=\"soft\">before: {diff.Before.Upload} \u00b7 this version: {diff.After.Upload}</p><dl class=\"facts\">");
        Fact(html, "Rows before", Figures.Count(rows.Before.Rows));
        Fact(html, "Rows now", Figures.Count(rows.After.Rows));
        Fact(html, "Added", Figures.Count(rows.Added));
        Fact(html, "Removed", Figures.Count(rows.Removed));
        Fact(html, "Changed", rows.Key.Count == 0 ? "needs a key" : Figures.Count(rows.Changed));
        Fact(html, "Unchanged", Figures.Count(rows.Unchanged));
        html.AddMarkup("</dl></header>");
    }

    private static void AddSchema(Html html, IReadOnlyList<SchemaChange>? changes)
    {
        html.AddMarkup("<h2>Schema</h2>");
        if (changes is null)
            html.AddMarkup("<p>Not compared: one of the versions was checked as part of a window of uploads, and has no schema of its own.</p>");
        else if (changes.Count == 0)
            html.AddMarkup("<p>Both versions have the same columns, types, limits and domains.</p>");
        else
        {
            html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column</th><th scope=\"col\">What</th><th scope=\"col\">Before</th><th scope=\"col\">This version</th></tr></thead><tbody>");
            foreach (SchemaChange change in changes)
                html.Add($"<tr><th scope=\"row\">{Figures.Short(change.Column, LongestName)}</th><td>{change.Member}</td><td>{change.Before ?? Figures.None}</td><td>{change.After ?? Figures.None}</td></tr>");
            html.AddMarkup("</tbody></table></div>");
        }
    }

    private static void AddDistances(Html html, DataDiffReport diff)
    {
        html.AddMarkup("<h2>Distributions</h2>");
        if (diff.Distributions is not { } drift)
        {
            html.Add($"<p>{diff.NoDistributions}</p>");
            return;
        }

        html.Add($"<p>{drift.Reason}</p><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"n\">PSI</th><th scope=\"col\" class=\"n\">Jensen\u2013Shannon</th><th scope=\"col\" class=\"n wide\">Wasserstein</th><th scope=\"col\" class=\"n wide\">Missing before</th><th scope=\"col\" class=\"n wide\">Missing now</th></tr></thead><tbody>");
        string[] names = [.. diff.After.Profile?.Columns.Select(column => column.Name) ?? []];
        foreach (FeatureDrift feature in drift.Features.OrderByDescending(feature => feature.Psi))
        {
            int index = Array.IndexOf(names, feature.Name);
            html.Add($"<tr><th scope=\"row\">");
            if (index >= 0)
                html.Add($"<a href=\"#c{index}\">{Figures.Short(feature.Name, LongestName)}</a>");
            else
                html.Add($"{Figures.Short(feature.Name, LongestName)}");
            html.Add($"</th><td><span class=\"badge {Style(feature.Verdict)}\">{feature.Verdict}</span></td><td class=\"n\">{Figures.Distance(feature.Psi)}</td><td class=\"n\">{Figures.Distance(feature.JensenShannon)}</td>");
            html.Add($"<td class=\"n wide\">{Figures.Distance(feature.Wasserstein)}</td><td class=\"n wide\">{Figures.Percent(feature.ReferenceMissingRate)}</td><td class=\"n wide\">{Figures.Percent(feature.CurrentMissingRate)}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div><p class=\"soft\">PSI over the deciles or most frequent categories of the version before; Jensen\u2013Shannon from 0 to 1; Wasserstein in standard deviations of the version before.</p>");
    }

    private static string Style(string verdict) => verdict switch
    {
        DriftVerdicts.Drift => "blocking",
        DriftVerdicts.Ok => "good",
        _ => "warning",
    };

    private static void AddColumns(Html html, DataDiffReport diff)
    {
        html.AddMarkup("<h2>Columns</h2>");
        if (diff.After.Profile is not { } profile)
        {
            html.AddMarkup("<p>There are no figures of this version: it was checked as part of a window of uploads, or its rows were erased.</p>");
            return;
        }

        if (diff.Before.Profile is null)
            html.AddMarkup("<p>There are no figures of the version before: it was checked as part of a window of uploads, or its rows were erased.</p>");
        else
            html.AddMarkup("<p class=\"soft\"><span class=\"key now\"></span>this version <span class=\"key\"></span>the version before; heights are shares of the rows.</p>");
        html.AddMarkup("<input id=\"filter\" type=\"search\" placeholder=\"Filter by name\" aria-label=\"Filter columns by name\" hidden>");
        foreach ((int index, ColumnProfile column) in profile.Columns.Index())
            ColumnDetails.Add(html, index, column, diff.After.Schema?.Find(column.Name), diff.Before.Profile?.Find(column.Name), profile.Rows - profile.RejectedRows);
    }

    private static void AddVersions(Html html, DataDiffReport diff)
    {
        html.AddMarkup("<h2>Versions</h2><div class=\"scroll\"><table><tbody>");
        foreach ((string name, DiffSide side) in ((string, DiffSide)[])[("Before", diff.Before), ("This version", diff.After)])
            html.Add($"<tr><th scope=\"row\">{name}</th><td><code>{side.DataVersion.Hex}</code></td><td>{side.Upload}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static void Fact(Html html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");
}

using MlServerless.Data;
using MlServerless.Pipelines.Catalog;

namespace MlServerless.Pipelines.Reports;

/// <summary>The report of a data version as a page. The same report is the same bytes.</summary>
public static class DataReportPage
{
    /// <summary>What the page may do in a browser, for the header Content-Security-Policy.</summary>
    public static string ContentSecurityPolicy => Page.ContentSecurityPolicy;

    public static byte[] Build(DataReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Page.Build($"{report.Pipeline}: data version {report.DataVersion.Hex[..12]}", html =>
        {
            AddHead(html, report);
            FindingList.Add(html, report.Report.Findings);
            if (report.Profile is { } profile)
            {
                ColumnOverview.Add(html, profile, report.Report.Findings);
                html.AddMarkup("<h2>Columns in detail</h2>");
                if (report.Previous is not null)
                    html.AddMarkup("<p class=\"soft\"><span class=\"key now\"></span>this version <span class=\"key\"></span>the version before; heights are shares of the rows.</p>");
                foreach ((int index, ColumnProfile column) in profile.Columns.Index())
                    ColumnDetails.Add(html, index, column, report.Schema?.Find(column.Name), report.Previous?.Profile.Find(column.Name), profile.Rows - profile.RejectedRows);
            }
            else
            {
                html.AddMarkup("<h2>Columns</h2><p>There are no figures: the file cannot be read as rows, or its rows were erased.</p>");
            }

            AddLineage(html, report);
        });
    }

    private static void AddHead(Html html, DataReport report)
    {
        (string style, string verdict) = report.Report switch
        {
            { Blocking: true } => ("blocking", "not trained on"),
            { Findings.Count: > 0 } => ("warning", "accepted with warnings"),
            _ => ("good", "accepted"),
        };
        int blocking = report.Report.Findings.Count(finding => finding.Severity == Severity.Blocking);
        html.Add($"<header><div class=\"head\"><h1>Data of pipeline {report.Pipeline}</h1><span class=\"badge {style}\">{verdict}</span></div><p class=\"soft\">{report.Record.Source.Blob}</p><dl class=\"facts\">");
        Fact(html, "Rows", Figures.Count(report.Report.Rows));
        Fact(html, "Kept out", $"{Figures.Count(report.Report.RejectedRows)} ({Figures.Percent(report.Report.RejectedRows, report.Report.Rows)})");
        if (report.Profile is { } profile)
            Fact(html, "Columns", Figures.Count(profile.Columns.Count));
        Fact(html, "Findings", $"{blocking} blocking, {report.Report.Findings.Count - blocking} warning");
        Fact(html, "Rows in the version before", report.Previous is { } previous ? Figures.Count(previous.Profile.Rows) : "no such version");
        html.AddMarkup("</dl></header>");
    }

    private static void AddLineage(Html html, DataReport report)
    {
        DataCheckRecord check = report.Record.Check!;
        html.AddMarkup("<h2>Lineage</h2><div class=\"scroll\"><table><tbody>");
        Row(html, "Data version", report.DataVersion.Hex);
        if (report.DataVersion != report.Record.Id)
            Row(html, "of which this upload", report.Record.Id.Hex);
        Row(html, "Upload", report.Record.Source.Blob);
        Row(html, "ETag", report.Record.Source.ETag);
        Row(html, "Last modified", report.Record.Source.LastModified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture));
        Row(html, "Run", check.RunId);
        Row(html, "Spec", check.SpecHash.Hex);
        Row(html, "Schema", check.SchemaHash?.Hex);
        Row(html, "Profile", check.ProfileHash?.Hex);
        Row(html, "Report", check.ReportHash.Hex);
        Row(html, "Compared with", report.Previous is { } previous ? $"{previous.DataVersion.Hex} ({previous.Upload})" : null);
        foreach (ContentHash replaced in report.Record.Replaces)
            Row(html, "Replaces, rows erased", replaced.Hex);
        if (report.Record.Removed is { } removal)
            Row(html, "Rows removed", $"{removal.Day()} ({removal.Reason})");
        html.AddMarkup("</tbody></table></div>");
    }

    private static void Fact(Html html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static void Row(Html html, string name, string? value)
    {
        if (value is { Length: > 0 })
            html.Add($"<tr><th scope=\"row\">{name}</th><td><code>{value}</code></td></tr>");
    }
}

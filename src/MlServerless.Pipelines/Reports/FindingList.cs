using System.Text.Encodings.Web;
using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>The findings, those that stop the run first.</summary>
internal static class FindingList
{
    // It becomes text of a page, where it is escaped anyway.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Add(Html html, IReadOnlyList<Finding> findings)
    {
        html.AddMarkup("<h2>Findings</h2>");
        if (findings.Count == 0)
            html.AddMarkup("<p>Nothing was found.</p>");
        foreach (Finding finding in findings)
            Add(html, finding);
    }

    private static void Add(Html html, Finding finding)
    {
        bool stops = finding.Severity == Severity.Blocking;
        html.Add($"<section class=\"finding{(stops ? " stops" : "")}\"><h3><span class=\"badge {(stops ? "blocking" : "warning")}\">{(stops ? "blocking" : "warning")}</span> {finding.Code}");
        if (finding.Column is { } column)
            html.Add($" \u00b7 <span class=\"id\">{column}</span>");
        html.Add($"</h3><p>{finding.Message}</p><p class=\"soft\">");
        string[] facts =
        [
            .. Fact("expected", finding.Expected),
            .. Fact("observed", finding.Observed),
            .. Fact("count", finding.Count > 0 ? Figures.Count(finding.Count) + (finding.Fraction is { } fraction ? $" ({Figures.Percent(fraction)})" : "") : null),
            .. Fact("rows", finding.ExampleRows.Count == 0 ? null : string.Join(", ", finding.ExampleRows.Select(Figures.Count)) + (finding.Count > finding.ExampleRows.Count ? ", \u2026" : "")),
            .. Fact("since data version", finding.FirstSeen?.Hex[..12]),
        ];
        html.Add($"{string.Join(" \u00b7 ", facts)}</p>");
        if (finding.SuggestedEdit is { } edit)
            html.Add($"<p class=\"soft\">To accept the data as they are, change the spec like this:</p><pre>{edit.ToJsonString(Readable)}</pre>");
        html.AddMarkup("</section>");
    }

    private static IEnumerable<string> Fact(string name, string? value) => value is null ? [] : [$"{name}: {value}"];
}

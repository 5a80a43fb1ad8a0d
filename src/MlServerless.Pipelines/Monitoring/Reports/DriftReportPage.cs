using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>A drift report as a page that stands alone.</summary>
public static class DriftReportPage
{
    /// <summary>What the page may do in a browser, for the header Content-Security-Policy.</summary>
    public static string ContentSecurityPolicy => Page.ContentSecurityPolicy;

    public static byte[] Build(StoredDriftReport stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        DriftReport report = stored.Report;
        return Page.Build($"Drift of {report.Model} version {report.Version}", html =>
        {
            AddHead(html, stored);
            AddCauses(html, report, stored.Entry.Action);
            AddFeatures(html, report);
            PerformanceSection.Add(html, report);
            AddAttribution(html, report);
            AddOthers(html, report);
            TrafficSection.Add(html, report);
            AddDetails(html, report);
            AddLineage(html, stored);
        });
    }

    private static void AddHead(Html html, StoredDriftReport stored)
    {
        DriftReport report = stored.Report;
        html.Add($"<header><div class=\"head\"><h1>Drift of model {report.Model}</h1><span class=\"badge {Style(report.Verdict)}\">{report.Verdict}</span></div><p>{report.Reason}</p><p class=\"soft\">version {report.Version} \u00b7 {Of(report.Source)}</p><dl class=\"facts\">");
        Fact(html, "Rows now", Figures.Count(report.CurrentRows));
        Fact(html, "Rows at training", Figures.Count(report.ReferenceRows));
        Fact(html, "Features that drift", $"{report.Features.Count(feature => feature.Drifted)} of {report.Features.Count}");
        Fact(html, "Predictions", report.Predictions?.Verdict ?? "not compared");
        if (report.Performance is { } performance)
            Fact(html, "Labels known", Figures.Percent(performance.Coverage));
        if (report.Traffic is { } traffic)
        {
            Fact(html, "Requests", Figures.Count(traffic.Requests));
            Fact(html, "Refused", Figures.Count(traffic.Refused));
        }

        html.AddMarkup("</dl></header>");
    }

    private static void AddCauses(Html html, DriftReport report, DriftAction? action)
    {
        if (report.Causes.Count == 0 && action is null)
            return;
        html.AddMarkup("<h2>Cause and action</h2>");
        if (report.Causes.Count > 0)
        {
            html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">What happened</th></tr></thead><tbody>");
            foreach (DriftCause cause in report.Causes.Take(10))
                html.Add($"<tr><th scope=\"row\">{Figures.Short(cause.Feature, 80)}</th><td class=\"n\">{Figures.Percent(cause.Share)}</td><td>{cause.Reason}</td></tr>");
            html.AddMarkup("</tbody></table></div>");
        }

        if (action is not null)
            html.Add($"<p>{(action.Kind == "retrain" ? "A run was started: " : "Nothing was started: ")}{action.Reason} <code>{action.RunId}</code></p>");
    }

    private static void AddFeatures(Html html, DriftReport report)
    {
        html.AddMarkup("<h2>Features</h2><input id=\"filter\" type=\"search\" placeholder=\"Filter by name\" aria-label=\"Filter features by name\" hidden>");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\">Now</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"n\">PSI</th><th scope=\"col\" class=\"n wide\">Jensen\u2013<br>Shannon</th><th scope=\"col\" class=\"n wide\">Wasserstein</th><th scope=\"col\" class=\"n wide\">KS</th>");
        html.AddMarkup("<th scope=\"col\" class=\"n\">Missing</th><th scope=\"col\" class=\"n wide\">New or<br>out of range</th><th scope=\"col\" class=\"n wide\">p</th></tr></thead><tbody>");
        foreach ((FeatureDrift feature, int index) in Ordered(report))
        {
            html.Add($"<tr data-name=\"{feature.Name.ToLowerInvariant()}\"><th scope=\"row\"><a href=\"#f{index}\">{Figures.Short(feature.Name, 80)}</a></th><td>");
            Charts.Spark(html, [.. (feature.Bins ?? []).Select(bin => (double)bin.Current)]);
            html.Add($"</td><td><span class=\"badge {Style(feature.Verdict)}\">{feature.Verdict}</span></td><td class=\"n\">{Figures.Distance(feature.Psi)}</td><td class=\"n wide\">{Figures.Distance(feature.JensenShannon)}</td><td class=\"n wide\">{Figures.Distance(feature.Wasserstein)}</td><td class=\"n wide\">{Figures.Distance(feature.KolmogorovSmirnov)}</td>");
            html.Add($"<td class=\"n\">{Figures.Percent(feature.ReferenceMissingRate)} \u2192 {Figures.Percent(feature.CurrentMissingRate)}</td><td class=\"n wide\">{Percent(feature.UnseenRate ?? feature.OutOfRangeRate)}</td><td class=\"n wide\">{Chance(feature.PValue)}</td></tr>");
        }

        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddAttribution(Html html, DriftReport report)
    {
        if (report.Attribution is not { } attribution)
            return;
        html.Add($"<h2>Attribution <span class=\"badge {Style(attribution.Verdict)}\">{attribution.Verdict}</span></h2><p class=\"soft\">How each feature goes with the predictions: correlation, for categories the correlation ratio. NDCG of the order: {(attribution.Ndcg is { } ndcg ? Figures.Distance(ndcg) : "not known")}; below {AttributionDrift.LeastNdcg.ToString(CultureInfo.InvariantCulture)} is drift.</p>");
        html.AddMarkup("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\" class=\"n\">At training</th><th scope=\"col\" class=\"n\">Now</th></tr></thead><tbody>");
        foreach (FeatureAttribution feature in attribution.Features.Take(30))
            html.Add($"<tr><th scope=\"row\">{Figures.Short(feature.Name, 80)}</th><td class=\"n\">{Figures.Distance(feature.Reference)}</td><td class=\"n\">{Figures.Distance(feature.Current)}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddOthers(Html html, DriftReport report)
    {
        if (report.Others.Count == 0)
            return;
        html.AddMarkup("<h2>Against other windows</h2><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Reference</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\">Reason</th></tr></thead><tbody>");
        foreach (ReferenceComparison other in report.Others)
            html.Add($"<tr><th scope=\"row\">{(other.Kind == "sameWeekday" ? "a week before" : "the window before")}<br><span class=\"soft\">{other.Window}</span></th><td><span class=\"badge {Style(other.Verdict)}\">{other.Verdict}</span></td><td class=\"n\">{Figures.Count(other.ReferenceRows)}</td><td>{other.Reason}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static void AddDetails(Html html, DriftReport report)
    {
        html.AddMarkup("<h2>Distributions</h2><p class=\"soft\"><span class=\"key now\"></span>now <span class=\"key\"></span>at training; heights are shares of the rows.</p>");
        if (report.Predictions is { } predictions)
            AddDetail(html, predictions, "predictions", "p");
        foreach ((FeatureDrift feature, int index) in Ordered(report))
            AddDetail(html, feature, feature.Name, string.Create(CultureInfo.InvariantCulture, $"f{index}"));
    }

    private static void AddDetail(Html html, FeatureDrift feature, string name, string id)
    {
        html.Add($"<details id=\"{id}\" data-name=\"{name.ToLowerInvariant()}\"{(feature.Drifted ? " open" : "")}><summary>{name} <span class=\"soft\">{feature.Reason}</span></summary><div class=\"column\"><div class=\"top\">");
        IReadOnlyList<BinCount> bins = feature.Bins ?? [];
        double reference = Math.Max(1, bins.Sum(bin => bin.Reference));
        double current = Math.Max(1, bins.Sum(bin => bin.Current));
        foreach (BinCount bin in bins)
            html.Add($"<b>{Figures.Short(bin.Name, 50)}</b><span class=\"soft\">{Figures.Percent(bin.Reference / reference)}</span><span>{Figures.Percent(bin.Current / current)}</span>");
        html.AddMarkup("</div><div>");
        if (bins.Count > 0)
            DriftCharts.Bins(html, bins, $"Shares of {Figures.Short(name, 60)} now, and at training as a line");
        html.AddMarkup("</div></div></details>");
    }

    private static void AddLineage(Html html, StoredDriftReport stored)
    {
        html.AddMarkup("<h2>Lineage</h2><div class=\"scroll\"><table><tbody>");
        Row(html, "Report", stored.Entry.ReportHash.Hex);
        Row(html, "Model", stored.Report.ModelHash.Hex);
        Row(html, "Data version", stored.Report.Source.DataVersion?.Hex);
        foreach (string window in stored.Report.Source.Windows)
            Row(html, "Window", window);
        foreach (string process in stored.Report.Source.OpenProcesses)
            Row(html, "Did not close its last interval", process);
        Row(html, "Asked for by", stored.Entry.Trigger);
        Row(html, "Made", stored.Entry.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        html.AddMarkup("</tbody></table></div>");
    }

    /// <summary>Those that drift first, then those that are watched.</summary>
    private static IEnumerable<(FeatureDrift Feature, int Index)> Ordered(DriftReport report) => report.Features
        .Select((feature, index) => (feature, index))
        .OrderBy(item => item.feature.Verdict switch { DriftVerdicts.Drift => 0, DriftVerdicts.Watch => 1, _ => 2 })
        .ThenByDescending(item => item.feature.Verdict is DriftVerdicts.Drift or DriftVerdicts.Watch ? item.feature.Psi : 0);

    internal static string Style(string verdict) => verdict switch { DriftVerdicts.Ok => "good", DriftVerdicts.Drift => "blocking", DriftVerdicts.Watch => "warning", _ => "soft" };

    private static string Of(DriftSource source) => source switch
    {
        { DataVersion: { } version } => $"data version {version.Hex[..12]}",
        { Windows: [] } => "no predictions yet",
        { Windows: [var window] } => $"window {window}",
        { Windows: var windows } => $"{windows.Count.ToString(CultureInfo.InvariantCulture)} windows from {windows[0]}",
    };

    private static string Chance(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Percent(double? rate) => rate is { } known ? Figures.Percent(known) : Figures.None;

    internal static void Fact(Html html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static void Row(Html html, string name, string? value)
    {
        if (value is { Length: > 0 })
            html.Add($"<tr><th scope=\"row\">{name}</th><td><code>{value}</code></td></tr>");
    }
}

using System.Globalization;
using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>What was asked, refused, and how long it took.</summary>
internal static class TrafficSection
{
    private const int MaxColumns = 20;

    public static void Add(Html html, DriftReport report)
    {
        if (report.Traffic is not { } traffic || traffic.Requests + traffic.Refused + traffic.Failed == 0)
            return;
        html.AddMarkup("<h2>Traffic</h2><dl class=\"facts\">");
        DriftReportPage.Fact(html, "Answered requests", Figures.Count(traffic.Requests));
        DriftReportPage.Fact(html, "Refused for their content", Figures.Count(traffic.Refused));
        DriftReportPage.Fact(html, "Failed", Figures.Count(traffic.Failed));
        DriftReportPage.Fact(html, "Half within", Duration(traffic.LatencyQuantile(0.5)));
        DriftReportPage.Fact(html, "99 % within", Duration(traffic.LatencyQuantile(0.99)));
        DriftReportPage.Fact(html, "CPU of the processes", Duration(traffic.CpuMilliseconds / 1000.0));
        DriftReportPage.Fact(html, "Most memory of one", $"{Figures.Count(traffic.PeakMegabytes)} MB");
        html.AddMarkup("</dl>");
        if (traffic.Violations.Count == 0)
            return;
        html.AddMarkup("<h3>Values that did not fit the signature</h3><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column</th><th scope=\"col\" class=\"n\">Values</th></tr></thead><tbody>");
        foreach ((string column, long count) in traffic.Violations.OrderByDescending(violation => violation.Value).Take(MaxColumns))
            html.Add($"<tr><th scope=\"row\">{(column.Length == 0 ? "whole rows" : Figures.Short(column, 80))}</th><td class=\"n\">{Figures.Count(count)}</td></tr>");
        html.AddMarkup("</tbody></table></div>");
    }

    private static string Duration(double? seconds) => seconds switch
    {
        null => Figures.None,
        < 0.001 => (seconds.Value * 1e6).ToString("0", CultureInfo.InvariantCulture) + " \u00b5s",
        < 1 => (seconds.Value * 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " ms",
        _ => seconds.Value.ToString("0.#", CultureInfo.InvariantCulture) + " s",
    };
}

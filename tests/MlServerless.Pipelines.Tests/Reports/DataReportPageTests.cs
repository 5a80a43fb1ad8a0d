using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Reports;

public sealed class DataReportPageTests
{
    private const string Hostile = "<script>alert('x')</script>&\"";

    [Fact]
    public void Build_AnyReport_IsBalancedMarkupThatFetchesNothing()
    {
        string page = PageMarkup.Text(DataReportPage.Build(Report("id,amount,when,kind\n" + Rows(500, i => $"{i},{i * 0.5},2026-01-{(i % 28) + 1:D2},{(i % 3 == 0 ? "a" : "b")}"))));

        PageMarkup.RequireBalanced(page);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("2026-01-28", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_HostileNamesAndValues_AreText()
    {
        string csv = $"\"{Hostile.Replace("\"", "\"\"", StringComparison.Ordinal)}\",x\n" + Rows(300, i => $"\"{Hostile.Replace("\"", "\"\"", StringComparison.Ordinal)}{i % 4}\",{i}");

        string page = PageMarkup.Text(DataReportPage.Build(Report(csv)));

        PageMarkup.RequireBalanced(page);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;", page, StringComparison.Ordinal);
        Assert.Equal(1, PageMarkup.CountScripts(page));
    }

    [Fact]
    public void Build_TwoHundredColumns_StaysSmall()
    {
        string header = string.Join(',', Enumerable.Range(0, 200).Select(i => $"feature_{i}"));
        string csv = header + "\n" + Rows(400, row => string.Join(',', Enumerable.Range(0, 200).Select(i => i % 4 == 0 ? $"value {(row + i) % 30}" : ((row * i % 977) * 0.37).ToString(CultureInfo.InvariantCulture))));
        DataReport report = Report(csv);

        byte[] page = DataReportPage.Build(report with { Previous = new PreviousData(default, "p/before.csv", report.Profile!) });

        Assert.InRange(page.Length, 100_000, 2_000_000);
        PageMarkup.RequireBalanced(PageMarkup.Text(page));
    }

    [Fact]
    public void Build_SameData_SameBytes()
    {
        string csv = "x,when\n" + Rows(200, i => $"{i * 1234.5},2026-02-{(i % 28) + 1:D2}");

        Assert.Equal(DataReportPage.Build(Report(csv)), DataReportPage.Build(Report(csv)));
    }

    [Fact]
    public void Build_Findings_AreToldWithTheirRows()
    {
        DataReport report = Report("x,y\n" + Rows(200, i => $"{i},{i}"));
        var finding = new Finding { Code = "out-of-range", Severity = Severity.Blocking, Column = "x", Message = "Too large.", Expected = "at most 5", Observed = "7", Count = 12_345, Fraction = 0.25, FirstSeen = ContentHash.Of("x"u8), SuggestedEdit = new JsonObject { ["columns"] = new JsonObject { ["x"] = new JsonObject { ["max"] = 7 } } }, ExampleRows = [3, 1_000_001] };

        string page = PageMarkup.Text(DataReportPage.Build(report with { Report = report.Report.With([finding]) }));

        foreach (string expected in (string[])["not trained on", "out-of-range", "Too large.", "expected: at most 5", "observed: 7", "count: 12\u202f345 (25 %)", "since data version: 2d711642b726", "&quot;max&quot;:7", "rows: 3, 1\u202f000\u202f001, \u2026"])
            Assert.Contains(expected, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithoutFigures_SaysSo()
    {
        DataReport report = Report("x\n" + Rows(200, i => $"{i}")) with { Profile = null, Schema = null };

        string page = PageMarkup.Text(DataReportPage.Build(report));

        PageMarkup.RequireBalanced(page);
        Assert.Contains("no figures", page, StringComparison.Ordinal);
    }

    /// <summary>The header allows the page's own style and script, and nothing else.</summary>
    [Fact]
    public void ContentSecurityPolicy_NamesStyleAndScriptByHash()
    {
        string page = PageMarkup.Text(DataReportPage.Build(Report("x\n" + Rows(200, i => $"{i}"))));
        foreach ((string tag, string directive) in (ReadOnlySpan<(string, string)>)[("style", "style-src"), ("script", "script-src")])
        {
            string content = page[(page.IndexOf($"<{tag}>", StringComparison.Ordinal) + tag.Length + 2)..page.IndexOf($"</{tag}>", StringComparison.Ordinal)];
            string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Assert.Contains($"{directive} 'sha256-{hash}'", DataReportPage.ContentSecurityPolicy, StringComparison.Ordinal);
        }

        Assert.StartsWith("default-src 'none';", DataReportPage.ContentSecurityPolicy, StringComparison.Ordinal);
    }

    private static DataReport Report(string csv)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(csv);
        CsvFormat format = CsvFormat.Detect(bytes, out _);
        PartScan scan = PartScan.Scan(new MemoryStream(bytes), format, hasHeader: true, null, CancellationToken.None);
        DataSchema schema = SchemaInference.Infer(scan, new Dictionary<string, ColumnSchema>());
        CheckReport report = DataChecks.Check(scan, schema, new CheckContext());
        var check = new DataCheckRecord { DataVersion = default, RunId = "t-1", SpecHash = default, ReportHash = default, Blocking = report.Blocking, Rows = report.Rows, RejectedRows = 0 };
        DataVersionRecord record = TestData.Arrival(DataOrder.Of(DateTimeOffset.UnixEpoch, "p/x.csv", "1"), ContentHash.Of(bytes)) with { Check = check };
        return new DataReport("p", ContentHash.Of(bytes), record, report, schema, DataProfile.From(scan, schema), null);
    }

    private static string Rows(int count, Func<int, string> row) => string.Concat(Enumerable.Range(0, count).Select(i => row(i) + "\n"));
}

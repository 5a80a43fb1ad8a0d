using System.Text;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class DataSectionTests
{
    private static PipelineSpec Parse(string data) => SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"data":{{data}}}"""));

    [Theory]
    [InlineData("{}", WindowKind.Latest, 0)]
    [InlineData("""{"window":"latest"}""", WindowKind.Latest, 0)]
    [InlineData("""{"window":"all"}""", WindowKind.All, 0)]
    [InlineData("""{"window":"last 1 day"}""", WindowKind.LastDays, 1)]
    [InlineData("""{"window":"last 30 days"}""", WindowKind.LastDays, 30)]
    [InlineData("""{"window":"last 3650 days"}""", WindowKind.LastDays, 3650)]
    public void Parse_Window_IsRead(string data, WindowKind kind, int days)
    {
        WindowSpec window = Parse(data).Data.Window;
        Assert.Equal(new WindowSpec(kind, days), window);
        Assert.True(WindowSpec.TryParse(window.ToString(), out WindowSpec again));
        Assert.Equal(window, again);
    }

    [Theory]
    [InlineData("""{"window":"newest"}""", "$.data.window", "last 30 days")]
    [InlineData("""{"window":"last  3 days"}""", "$.data.window", "last 30 days")]
    [InlineData("""{"window":"last 3 weeks"}""", "$.data.window", "last 30 days")]
    [InlineData("""{"window":"last -3 days"}""", "$.data.window", "last 30 days")]
    [InlineData("""{"window":"last 0 days"}""", "$.data.window", "1 to 3650")]
    [InlineData("""{"window":"last 3651 days"}""", "$.data.window", "1 to 3650")]
    [InlineData("""{"window":30}""", "$.data.window", "expected a string")]
    [InlineData("""{"format":"json"}""", "$.data.format", "auto, csv, ndjson, opaque")]
    [InlineData("""{"windows":"all"}""", "$.data.windows", "did you mean 'window'?")]
    public void Parse_Fault_IsNamedWithItsPathAndMend(string data, string path, string mend)
    {
        ProblemDetail error = Assert.Single(Assert.Throws<ProblemException>(() => Parse(data)).Errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(mend, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", FileFormat.Auto)]
    [InlineData("""{"format":"auto"}""", FileFormat.Auto)]
    [InlineData("""{"format":"csv"}""", FileFormat.Csv)]
    [InlineData("""{"format":"ndjson","window":"all"}""", FileFormat.Ndjson)]
    public void Parse_Format_IsRead(string data, FileFormat format) => Assert.Equal(format, Parse(data).Data.Format);

    [Fact]
    public void Parse_OpaqueWithoutRowsAndModels_IsASpec()
    {
        PipelineSpec spec = SpecParser.Parse("""{"description":"photos","data":{"format":"opaque"},"source":{"owner":"camera team","expectedEvery":"1.00:00:00"},"retention":{"days":30},"consumers":[{"name":"viewer"}]}"""u8);
        Assert.True(spec.IsOpaque);
        Assert.Equal(("camera team", 30, "viewer"), (spec.Source!.Owner, spec.Retention.Days, spec.Consumers[0].Name));
        Assert.Empty(spec.Candidates);
    }

    [Fact]
    public void Parse_OpaqueWithRowsAndModels_NamesEveryContradiction()
    {
        ProblemDetail[] errors = [.. Assert.Throws<ProblemException>(() => SpecParser.Parse(
            """{"label":"y","task":"binary","candidates":[],"key":["id"],"data":{"format":"opaque","window":"all"},"source":{"owner":"x","freshness":"1.00:00:00"},"chekcs":1}"""u8)).Errors];
        Assert.Equal(
            ["$.candidates", "$.chekcs", "$.data.window", "$.key", "$.label", "$.source.freshness", "$.task"],
            errors.Select(error => error.Path).Order(StringComparer.Ordinal));
        Assert.All(errors.Where(error => error.Path != "$.chekcs"), error => Assert.Contains("Remove it", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_WindowLongerThanRetention_IsAFault()
    {
        const string start = """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"data":{"window":"last 30 days"},"retention":""";
        ProblemDetail error = Assert.Single(Assert.Throws<ProblemException>(() => SpecParser.Parse(Encoding.UTF8.GetBytes(start + """{"days":20}}"""))).Errors);
        Assert.Equal("$.data.window", error.Path);
        Assert.Contains("shorten the window", error.Message, StringComparison.Ordinal);
        Assert.Equal(30, SpecParser.Parse(Encoding.UTF8.GetBytes(start + """{"days":30}}""")).Data.Window.Days);
        Assert.Equal(30, SpecParser.Parse(Encoding.UTF8.GetBytes(start + """{"days":20,"versions":50}}""")).Data.Window.Days);
    }
}

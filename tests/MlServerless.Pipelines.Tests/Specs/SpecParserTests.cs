using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class SpecParserTests
{
    private const string Minimal = """{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}""";

    private static PipelineSpec Parse(string json) => SpecParser.Parse(Encoding.UTF8.GetBytes(json));

    private static IReadOnlyList<ProblemDetail> Errors(string json) => Assert.Throws<ProblemException>(() => Parse(json)).Errors;

    [Fact]
    public void Parse_Minimal_FillsDefaults()
    {
        PipelineSpec spec = Parse(Minimal);
        Assert.Equal(LearningTask.Binary, spec.Task);
        Assert.Equal("auc", spec.Metric);
        Assert.Equal("gbdt", spec.Candidates[0].Name);
        Assert.Equal(0.2, spec.Split.HoldOut);
        Assert.Equal(TimeSpan.FromDays(1), spec.Monitoring.Window);
    }

    [Fact]
    public void Parse_Full_ReadsEveryField()
    {
        PipelineSpec spec = Parse("""
            {"$schema":"x","description":"d","task":"binary","label":"y","positiveClass":"yes","key":["id"],"delimiter":"tab",
             "columns":{"a":{"type":"integer","min":0,"max":5,"required":false,"maxMissingFraction":0.5},"c":{"type":"category","values":["u","v"]}},
             "features":{"exclude":["z"]},"split":{"salt":"s","validation":0.1,"holdOut":0.3},
             "candidates":[{"name":"one","trainer":"linear"},{"name":"two","trainer":"gbdt","parameters":{"rounds":5}}],
             "metric":"logLoss","gates":{"minimum":{"auc":0.7},"maximum":{"logLoss":0.6},"minGain":0.01},
             "checks":{"minimumRows":50},"monitoring":{"window":"01:00:00","minimumRows":40},"retention":{"days":400,"versions":3,"deleteUploads":true},"seed":7}
            """);
        Assert.Equal('\t', spec.Delimiter);
        Assert.Equal(ColumnType.Integer, spec.Columns["a"].Type);
        Assert.False(spec.Columns["a"].Required);
        Assert.Equal(["u", "v"], spec.Columns["c"].Values!);
        Assert.Equal(0.3, spec.Split.HoldOut);
        Assert.Equal(5, (int)spec.Candidates[1].Parameters!["rounds"]!);
        Assert.Equal(0.7, spec.Gates.Minimum["auc"]);
        Assert.Equal(TimeSpan.FromHours(1), spec.Monitoring.Window);
        Assert.Equal(new RetentionSpec { Days = 400, Versions = 3, DeleteUploads = true }, spec.Retention);
        Assert.Equal(7UL, spec.Seed);
    }

    [Theory]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"lable":"z"}""", "$.lable", "did you mean 'label'?")]
    [InlineData("""{"task":"ternary","label":"y","candidates":[{"trainer":"gbdt"}]}""", "$.task", "binary, multiclass, regression")]
    [InlineData("""{"task":"binary","candidates":[{"trainer":"gbdt"}]}""", "$.label", "missing")]
    [InlineData("""{"task":"binary","label":"y"}""", "$.candidates", "missing")]
    [InlineData("""{"task":"binary","label":"y","candidates":[]}""", "$.candidates", "1 to 64")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"deep"}]}""", "$.candidates[0].trainer", "linear")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"},{"trainer":"gbdt"}]}""", "$.candidates[1].name", "own name")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt","parameters":{"round":5}}]}""", "$.candidates[0].parameters.round", "rounds")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"metric":"rmse"}""", "$.metric", "auc")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"split":{"validation":0.6,"holdOut":0.5}}""", "$.split", "5 %")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"split":{"holdOut":"a"}}""", "$.split.holdOut", "0.01")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"columns":{"a b":{"type":"date"}}}""", "$.columns['a b'].type", "dateTime")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"columns":{"a":{"type":"number","min":3,"max":2}}}""", "$.columns.a.max", "below min")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"columns":{"a":{"type":"number","values":["x"]}}}""", "$.columns.a.values", "category")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"monitoring":{"window":"00:07:00"}}""", "$.monitoring.window", "divide a day")]
    [InlineData("""{"task":"regression","label":"y","candidates":[{"trainer":"gbdt"}],"positiveClass":"a"}""", "$.positiveClass", "binary only")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"key":["y"]}""", "$.key", "label")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"features":{"include":["y","a"]}}""", "$.features", "label")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"gates":{"minimum":{"auc":0.9},"maximum":{"auc":0.8}}}""", "$.gates.minimum", "no candidate")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"seed":-1}""", "$.seed", "whole number")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"retention":{"days":0}}""", "$.retention.days", "1 to 36500")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"retention":{"deleteUploads":true}}""", "$.retention.deleteUploads", "set days or versions")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"checks":{"leastRowRatio":2}}""", "$.checks.leastRowRatio", "0 to 1")]
    [InlineData("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"checks":{"shift":{"psi":0}}}""", "$.checks.shift.psi", "0.001")]
    [InlineData("""[1]""", "$", "object")]
    public void Parse_Fault_IsNamedWithItsPathAndMend(string json, string path, string mend)
    {
        ProblemDetail error = Assert.Single(Errors(json), error => error.Path == path);
        Assert.Contains(mend, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralFaults_AreToldAtOnce()
    {
        IReadOnlyList<ProblemDetail> errors = Errors("""{"task":"x","metric":5,"split":{"salt":1},"candidates":[{"trainer":"gbdt","nmae":"a"}]}""");
        Assert.Equal(["$.candidates[0].nmae", "$.label", "$.metric", "$.split.salt", "$.task"], errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"task":"binary","task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}""")]
    public void Parse_NotJson_IsAProblem(string json) =>
        Assert.Equal(400, Assert.Throws<ProblemException>(() => Parse(json)).Status);

    [Fact]
    public void Parse_DeepNesting_IsAProblem() =>
        Assert.Equal(400, Assert.Throws<ProblemException>(() => Parse(new string('[', 5000))).Status);

    [Fact]
    public void Schema_AndParser_KnowTheSameFields()
    {
        using JsonDocument schema = JsonDocument.Parse(SpecSchema.Read());
        CheckFields(schema.RootElement, "$", field => Minimal[..^1] + $",\"{field}\":{{\"no\":1}}}}");
        foreach (string part in new[] { "features", "text", "split", "gates", "checks", "monitoring", "retention", "data", "source", "problem", "evaluation", "schedule" })
            CheckFields(schema.RootElement.GetProperty("properties").GetProperty(part), "$." + part, field => Minimal[..^1] + $",\"{part}\":{{\"{field}\":[[1]]}}}}");
        CheckFields(
            schema.RootElement.GetProperty("properties").GetProperty("checks").GetProperty("properties").GetProperty("shift"),
            "$.checks.shift",
            field => Minimal[..^1] + $",\"checks\":{{\"shift\":{{\"{field}\":[[1]]}}}}}}");
        CheckFields(
            schema.RootElement.GetProperty("properties").GetProperty("columns").GetProperty("additionalProperties"),
            "$.columns.a",
            field => Minimal[..^1] + $",\"columns\":{{\"a\":{{\"{field}\":[[1]]}}}}}}");
        CheckFields(
            schema.RootElement.GetProperty("properties").GetProperty("candidates").GetProperty("items"),
            "$.candidates[0]",
            field => $"{{\"task\":\"binary\",\"label\":\"y\",\"candidates\":[{{\"{field}\":[[1]]}}]}}");
        JsonElement search = schema.RootElement.GetProperty("properties").GetProperty("candidates").GetProperty("items").GetProperty("properties").GetProperty("search");
        CheckFields(search, "$.candidates[0].search", field => $"{{\"task\":\"binary\",\"label\":\"y\",\"candidates\":[{{\"trainer\":\"gbdt\",\"search\":{{\"{field}\":[[1]]}}}}]}}");
        CheckFields(
            search.GetProperty("properties").GetProperty("parameters").GetProperty("additionalProperties").GetProperty("oneOf")[1],
            "$.candidates[0].search.parameters.l2",
            field => $"{{\"task\":\"binary\",\"label\":\"y\",\"candidates\":[{{\"trainer\":\"gbdt\",\"search\":{{\"kind\":\"random\",\"parameters\":{{\"l2\":{{\"{field}\":[[1]]}}}}}}}}]}}");
        CheckFields(
            schema.RootElement.GetProperty("properties").GetProperty("consumers").GetProperty("items"),
            "$.consumers[0]",
            field => Minimal[..^1] + $",\"consumers\":[{{\"{field}\":[[1]]}}]}}");
        JsonElement gates = schema.RootElement.GetProperty("properties").GetProperty("gates").GetProperty("properties");
        CheckFields(gates.GetProperty("slices"), "$.gates.slices", field => Minimal[..^1] + $",\"gates\":{{\"slices\":{{\"{field}\":[[1]]}}}}}}");
        CheckFields(gates.GetProperty("rules").GetProperty("items"), "$.gates.rules[0]", field => Minimal[..^1] + $",\"gates\":{{\"rules\":[{{\"{field}\":[[1]]}}]}}}}");
        CheckFields(gates.GetProperty("rowRules").GetProperty("items"), "$.gates.rowRules[0]", field => Minimal[..^1] + $",\"gates\":{{\"rowRules\":[{{\"{field}\":[[1]]}}]}}}}");
        CheckFields(
            schema.RootElement.GetProperty("properties").GetProperty("problem").GetProperty("properties").GetProperty("costOfErrors"),
            "$.problem.costOfErrors",
            field => Minimal[..^1] + $",\"problem\":{{\"costOfErrors\":{{\"{field}\":[[1]]}}}}}}");
        JsonElement checks = schema.RootElement.GetProperty("properties").GetProperty("checks").GetProperty("properties");
        CheckFields(checks.GetProperty("shift"), "$.checks.shift", field => Minimal[..^1] + $",\"checks\":{{\"shift\":{{\"{field}\":[[1]]}}}}}}");
        CheckFields(checks.GetProperty("rules").GetProperty("items"), "$.checks.rules[0]", field => Minimal[..^1] + $",\"checks\":{{\"rules\":[{{\"{field}\":[[1]]}}]}}}}");
    }

    /// <summary>Every field of the schema is one the parser asks for: given nonsense, it complains of the value, not of the name.</summary>
    private static void CheckFields(JsonElement schema, string path, Func<string, string> document)
    {
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        string[] fields = [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
        foreach (string field in fields.Where(field => field is not ("$schema" or "task" or "label" or "candidates")))
            Assert.DoesNotContain(Errors(document(field)), error => error.Path == $"{path}.{field}" && error.Message.Contains("not a field", StringComparison.Ordinal));
        ProblemDetail unknown = Assert.Single(Errors(document("qqqqqqqqqq")), error => error.Path == $"{path}.qqqqqqqqqq");
        string known = unknown.Message[(unknown.Message.IndexOf("known here: ", StringComparison.Ordinal) + "known here: ".Length)..].TrimEnd('.');
        Assert.Equal(fields.Order(StringComparer.Ordinal), known.Split(", "));
    }

    [Theory]
    [InlineData("""{"\ud800":1,""")]
    [InlineData("""{"description":"\ud800",""")]
    [InlineData("""{"$schema":1e999,""")]
    [InlineData("""{"$schema":9007199254740993,""")]
    public void Parse_WithoutCanonicalForm_IsAProblem(string start) =>
        Assert.Equal(400, Assert.Throws<ProblemException>(() => SpecParser.Parse(Encoding.UTF8.GetBytes(start + Minimal[1..]))).Status);
}

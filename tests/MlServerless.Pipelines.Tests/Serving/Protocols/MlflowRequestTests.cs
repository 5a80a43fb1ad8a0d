using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;

namespace MlServerless.Pipelines.Tests.Serving.Protocols;

/// <summary>What MLflow's scoring server takes at <c>/invocations</c>, and what V1 takes.</summary>
public sealed class MlflowRequestTests
{
    private const string Rows = """[{"x":40.5,"c":"a"},{"c":"z","x":null}]""";

    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["c","extra","x"],"index":[5,6],"data":[["a",1,40.5],["z",null,null]]}}""")]
    [InlineData("""{"dataframe_split":{"data":[[40.5,"a"],[null,"z"]],"columns":["x","c"]}}""")]
    [InlineData("""{"dataframe_records":[{"x":40.5,"c":"a","extra":[1]},{"c":"z","x":null}],"params":{"t":1}}""")]
    [InlineData("""{"instances":[{"x":40.5,"c":"a"},{"c":"z","x":null}],"signature_name":"serving_default"}""")]
    [InlineData("""{"instances":[[40.5,"a"],[null,"z"]]}""")]
    [InlineData("""{"inputs":{"x":[40.5,null],"extra":[[1],[2]],"c":["a","z"]}}""")]
    [InlineData("""{"inputs":[{"x":40.5,"c":"a"},{"c":"z","x":null}]}""")]
    [InlineData("csv:x,c\n40.5,a\n,z\n")]
    [InlineData("csv:\uFEFFextra,c,x\r\n\"1,\"\"2\",\"a\",40.5\r\n,z,NA")]
    public async Task EveryForm_GivesTheSameBits(string body)
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        bool isCsv = body.StartsWith("csv:", StringComparison.Ordinal);
        long[] expected = Protocol.Bits(protocol.Ask(new RowsRequest(), Rows)["predictions"]!);
        Assert.Equal(expected, Protocol.Bits(protocol.Ask(new MlflowRequest(isCsv), isCsv ? body[4..] : body)["predictions"]!));
        if (body.Contains("instances", StringComparison.Ordinal))
            Assert.Equal(expected, Protocol.Bits(protocol.Ask(new InstancesRequest(), body)["predictions"]!));
    }

    [Fact]
    public async Task Inputs_SingleValues_AreOneRow() =>
        Assert.Single((await Protocol.OfTestModelAsync()).Ask(new MlflowRequest(false), """{"inputs":{"x":1,"c":"a"}}""")["predictions"]!.AsArray());

    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["x","c"],"data":[[1,"a"],["2","a"]]}}""", "$[1]['x']", "expected a number, found \"2\"")]
    [InlineData("""{"dataframe_split":{"columns":["x"],"data":[[1]]}}""", "$[0]['c']", "is missing")]
    [InlineData("""{"dataframe_split":{"columns":["x","c"],"data":[[1]]}}""", "$[0]", "has 1 values and should have 2")]
    [InlineData("""{"dataframe_split":{"columns":["x","c"],"data":[7]}}""", "$[0]", "expected a list of 2 values")]
    [InlineData("""{"instances":[[1,"a",2]]}""", "$[0]", "has 3 values and should have 2")]
    [InlineData("""{"inputs":{"x":[1,"y"],"c":["a","b"]}}""", "$[1]['x']", "expected a number")]
    [InlineData("""{"inputs":{"x":[1,2]}}""", "$[1]['c']", "is missing")]
    [InlineData("csv:x,c\n1,a\nold,b", "$[1]['x']", "expected a number, found \"old\"")]
    [InlineData("csv:x,c\n1", "$[0]", "has 1 fields and the header 2")]
    [InlineData("csv:x\n1", "$['c']", "missing from the header")]
    [InlineData("csv:x,c\n1,\"a\"b", "$[0]", "text between a closing quote")]
    public async Task Fault_NamesRowAndColumn(string body, string path, string message)
    {
        bool isCsv = body.StartsWith("csv:", StringComparison.Ordinal);
        ProblemException problem = (await Protocol.OfTestModelAsync()).Refused(new MlflowRequest(isCsv), isCsv ? body[4..] : body);
        Assert.Equal(400, problem.Status);
        Assert.Contains(problem.Errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "names no rows")]
    [InlineData("""{"data":[1]}""", "'data' is not a field")]
    [InlineData("""{"instances":[],"inputs":[]}""", "has both")]
    [InlineData("""{"instances":[]}""", "holds no row")]
    [InlineData("""{"instances":{"x":1}}""", "not what it should be")]
    [InlineData("""{"dataframe_split":[]}""", "not what it should be")]
    [InlineData("""{"dataframe_split":{"columns":["x","x"],"data":[]}}""", "given twice")]
    [InlineData("""{"dataframe_split":{"columns":[1],"data":[]}}""", "not a string")]
    [InlineData("""{"dataframe_split":{"columns":["x"]}}""", "not complete")]
    [InlineData("""{"inputs":{"x":[1],"c":["a","b"]}}""", "not equally long")]
    [InlineData("{\"instances\":[", "not valid JSON")]
    [InlineData("csv:", "is empty")]
    [InlineData("csv:x,c\n", "holds no row")]
    [InlineData("csv:x,c,x\n1,a,2", "given twice")]
    public async Task Fault_InTheRequest_IsRefused(string body, string title)
    {
        bool isCsv = body.StartsWith("csv:", StringComparison.Ordinal);
        ProblemException problem = (await Protocol.OfTestModelAsync()).Refused(new MlflowRequest(isCsv), isCsv ? body[4..] : body);
        Assert.Equal(400, problem.Status);
        Assert.Contains(title, problem.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClosedDomain_HoldsInEveryForm()
    {
        Protocol protocol = await Protocol.OfTestModelAsync(closed: true);
        foreach ((PredictionRequest request, string body) in new (PredictionRequest, string)[]
        {
            (new RowsRequest(), """[{"x":1,"c":"q"}]"""),
            (new MlflowRequest(false), """{"dataframe_split":{"columns":["x","c"],"data":[[1,"q"]]}}"""),
            (new MlflowRequest(true), "x,c\n1,q"),
            (new InstancesRequest(), """{"instances":[{"x":1,"c":"q"}]}"""),
            (new InferRequest(), """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"c","shape":[1],"datatype":"BYTES","data":["q"]}]}"""),
        })
            Assert.Contains("none of its allowed values: a, b, z", Assert.Single(protocol.Refused(request, body).Errors).Message, StringComparison.Ordinal);
    }
}

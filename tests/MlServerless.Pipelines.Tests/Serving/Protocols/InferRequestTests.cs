using System.Text.Json.Nodes;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;

namespace MlServerless.Pipelines.Tests.Serving.Protocols;

/// <summary>What the Open Inference Protocol asks of inference over HTTP.</summary>
public sealed class InferRequestTests
{
    private const string Two = """
        {"id":"42","inputs":[
          {"name":"x","shape":[2],"datatype":"FP64","data":[40.5,null]},
          {"name":"c","shape":[2,1],"datatype":"BYTES","data":[["a"],["z"]]}]}
        """;

    [Fact]
    public async Task Answer_HasModelVersionIdAndTensorsWithShapes()
    {
        JsonObject answer = (await Protocol.OfTestModelAsync()).Ask(new InferRequest(), Two);
        Assert.Equal(["m", "3", "42"], new[] { "model_name", "model_version", "id" }.Select(member => answer[member]!.GetValue<string>()));
        JsonObject[] outputs = [.. answer["outputs"]!.AsArray().Select(output => output!.AsObject())];
        Assert.Equal(["label BYTES [2] 2", "probability FP64 [2] 2"], outputs.Select(output => $"{output["name"]} {output["datatype"]} {output["shape"]!.ToJsonString()} {output["data"]!.AsArray().Count}"));
        Assert.All(outputs[0]["data"]!.AsArray(), label => Assert.Contains(label!.GetValue<string>(), new[] { "yes", "no" }));
    }

    [Fact]
    public async Task Id_IsEchoedOnlyWhenGiven() =>
        Assert.False((await Protocol.OfTestModelAsync()).Ask(new InferRequest(), """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}]}""").ContainsKey("id"));

    [Fact]
    public async Task Outputs_AreThoseAskedForInTheirOrder()
    {
        JsonObject answer = (await Protocol.OfTestModelAsync()).Ask(new InferRequest(), Two.Replace("]}]}", "]}],\"outputs\":[{\"name\":\"probability\",\"parameters\":{\"binary_data\":false}}]}", StringComparison.Ordinal));
        Assert.Equal("probability", Assert.Single(answer["outputs"]!.AsArray())!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Parameters_OfRequestAndTensorAreAllowed() =>
        Assert.NotNull((await Protocol.OfTestModelAsync()).Ask(new InferRequest(), """{"parameters":{"p":1},"inputs":[{"name":"x","parameters":{"content_type":"np"},"data":[1],"datatype":"INT8","shape":[1]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}]}"""));

    [Fact]
    public async Task Data_NestedFlatAndInAnyMemberOrder_GiveTheSameBits()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        long[] expected = Protocol.Bits(protocol.Ask(new RowsRequest(), """[{"x":40.5,"c":"a"},{"x":null,"c":"z"}]""")["predictions"]!);
        Assert.Equal(expected, Protocol.Bits(protocol.Ask(new InferRequest(), Two)["outputs"]![1]!["data"]!));
        Assert.Equal(expected, Protocol.Bits(protocol.Ask(new InferRequest(), """{"inputs":[{"data":["a","z"],"datatype":"BYTES","shape":[2],"name":"c"},{"data":[[40.5],[null]],"shape":[2,1],"datatype":"FP64","name":"x"}]}""")["outputs"]![1]!["data"]!));
    }

    [Theory]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP64","data":[1]}""", "$[0]['c']", "is missing")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"BYTES","data":["1"]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}""", "$[0]['x']", "expected a tensor of FP64, found BYTES")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP64","data":["1"]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}""", "$[0]['x']", "expected a number")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"INT64","data":[null]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}""", "$[0]['x']", "null is no INT64")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"INT64","data":[1.5]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}""", "$[0]['x']", "1.5 is no INT64")]
    [InlineData("""{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"c","shape":[1],"datatype":"BYTES","data":[null]}""", "$[0]['c']", "null is no BYTES")]
    public async Task Fault_InAValue_NamesRowAndColumn(string inputs, string path, string message)
    {
        ProblemException problem = (await Protocol.OfTestModelAsync()).Refused(new InferRequest(), $"{{\"inputs\":[{inputs}]}}");
        Assert.Equal(400, problem.Status);
        Assert.Contains(problem.Errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "no inputs")]
    [InlineData("""{"inputs":[]}""", "no rows")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1]}]}""", "as its shape says")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1,2]}]}""", "as its shape says")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}]}""", "shape is not taken")]
    [InlineData("""{"inputs":[{"name":"x","shape":[-1],"datatype":"FP64","data":[1]}]}""", "shape is not taken")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FLOAT","data":[1]}]}""", "no datatype")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP64","data":[1]}]}""", "not complete")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"c","shape":[2],"datatype":"BYTES","data":["a","b"]}]}""", "equally many rows")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""", "given twice")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],"outputs":[{"name":"nonsense"}]}""", "no output 'nonsense'")]
    [InlineData("""{"id":7,"inputs":[]}""", "'id' is not what it should be")]
    [InlineData("[", "not valid JSON")]
    [InlineData("""{"\ud800":1}""", "not valid JSON")]
    public async Task Fault_InTheRequest_IsRefused(string body, string title)
    {
        ProblemException problem = (await Protocol.OfTestModelAsync()).Refused(new InferRequest(), body);
        Assert.Equal(400, problem.Status);
        Assert.Contains(title, problem.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyRows_Are413()
    {
        string data = string.Join(',', Enumerable.Repeat("1", 100_001));
        Assert.Equal(413, (await Protocol.OfTestModelAsync()).Refused(new InferRequest(), $"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[100001],\"datatype\":\"FP64\",\"data\":[{data}]}}]}}").Status);
    }
}

using System.Text.Json.Nodes;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Tests.Serving.Protocols;

namespace MlServerless.Pipelines.Tests.Serving;

public sealed class RowExplanationsTests
{
    [Fact]
    public async Task Answer_WithExplanations_AddsUpAndNamesTheLargestFirst()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        JsonArray predictions = protocol.Ask(new RowsRequest(explain: true), """[{"x":100,"c":"b"},{"x":null,"c":"new"}]""")["predictions"]!.AsArray();
        foreach (JsonNode? prediction in predictions)
        {
            JsonNode explanation = prediction!["explanation"]!;
            (string Column, double Value)[] contributions =
                [.. explanation["contributions"]!.AsArray().Select(entry => (entry!["column"]!.GetValue<string>(), entry["value"]!.GetValue<double>()))];
            double raw = explanation["rawScore"]!.GetValue<double>();
            Assert.Equal(raw, explanation["base"]!.GetValue<double>() + contributions.Sum(entry => entry.Value), 1e-12);
            Assert.Equal(contributions.OrderByDescending(entry => Math.Abs(entry.Value)), contributions);
            Assert.Equal(1 / (1 + Math.Exp(-raw)), prediction["probability"]!.GetValue<double>(), 1e-12);
        }

        Assert.Equal("x", predictions[0]!["explanation"]!["contributions"]![0]!["column"]!.GetValue<string>());
    }

    [Fact]
    public async Task Answer_WithoutAsking_HasNoExplanations() =>
        Assert.Null((await Protocol.OfTestModelAsync()).Ask(new RowsRequest(), """{"x":1,"c":"a"}""")["predictions"]![0]!["explanation"]);

    [Fact]
    public async Task Infer_ContributionsAskedForByName_AreATensorOfTheSameNumbers()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        JsonNode output = Assert.Single(protocol.Ask(
            new InferRequest(),
            """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[100]},{"name":"c","shape":[1],"datatype":"BYTES","data":["b"]}],"outputs":[{"name":"contributions"}]}""")["outputs"]!.AsArray())!;
        Assert.Equal("contributions FP64 [1,2]", $"{output["name"]} {output["datatype"]} {output["shape"]!.ToJsonString()}");
        JsonArray expected = protocol.Ask(new RowsRequest(explain: true), """{"x":100,"c":"b"}""")["predictions"]![0]!["explanation"]!["contributions"]!.AsArray();
        double[] inOrder = [.. new[] { "x", "c" }.Select(column => expected.First(entry => entry!["column"]!.GetValue<string>() == column)!["value"]!.GetValue<double>())];
        Assert.Equal(inOrder, output["data"]!.AsArray().Select(number => number!.GetValue<double>()));
    }

    [Fact]
    public async Task Infer_BaseValueAndRawScore_AreTensorsToo()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        JsonArray outputs = protocol.Ask(
            new InferRequest(),
            """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[100]},{"name":"c","shape":[1],"datatype":"BYTES","data":["b"]}],"outputs":[{"name":"base_value"},{"name":"raw_score"}]}""")["outputs"]!.AsArray();
        JsonNode expected = protocol.Ask(new RowsRequest(explain: true), """{"x":100,"c":"b"}""")["predictions"]![0]!["explanation"]!;
        Assert.Equal(expected["base"]!.GetValue<double>(), outputs[0]!["data"]![0]!.GetValue<double>());
        Assert.Equal(expected["rawScore"]!.GetValue<double>(), outputs[1]!["data"]![0]!.GetValue<double>());
    }

    [Fact]
    public async Task Instances_Explained_HaveTheSameExplanations()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        JsonNode own = protocol.Ask(new RowsRequest(explain: true), """{"x":100,"c":"b"}""")["predictions"]![0]!["explanation"]!;
        JsonNode v1 = protocol.Ask(new InstancesRequest(explain: true), """{"instances":[{"x":100,"c":"b"}]}""")["explanations"]![0]!["explanation"]!;
        Assert.Equal(own.ToJsonString(), v1.ToJsonString());
    }

    [Fact]
    public async Task Answer_MoreRowsThanAreExplained_IsRefused()
    {
        string rows = $"[{string.Join(',', Enumerable.Repeat("""{"x":1,"c":"a"}""", RowExplanations.MaxRows + 1))}]";
        ProblemException problem = (await Protocol.OfTestModelAsync()).Refused(new RowsRequest(explain: true), rows);
        Assert.Equal(400, problem.Status);
        Assert.Contains("1000", problem.Detail, StringComparison.Ordinal);
    }
}

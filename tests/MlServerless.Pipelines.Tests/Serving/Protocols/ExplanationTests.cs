using System.Text.Json.Nodes;
using MlServerless.Pipelines.Serving.Protocols;

namespace MlServerless.Pipelines.Tests.Serving.Protocols;

public sealed class ExplanationTests
{
    [Fact]
    public async Task Contributions_AddUpToTheRawScoreOfTheProbability_InEveryProtocol()
    {
        Protocol protocol = await Protocol.OfTestModelAsync();
        JsonObject own = protocol.Ask(new RowsRequest(contributions: true), """{"x":40.5,"c":"a"}""")["predictions"]![0]!.AsObject();
        double sum = own["baseValue"]!.GetValue<double>() + own["contributions"]!.AsObject().Sum(member => member.Value!.GetValue<double>());
        Assert.Equal(own["rawScore"]!.GetValue<double>(), sum, 12);
        Assert.Equal(own["probability"]!.GetValue<double>(), 1 / (1 + Math.Exp(-sum)), 12);
        JsonNode v1 = protocol.Ask(new InstancesRequest(explain: true), """{"instances":[{"x":40.5,"c":"a"}]}""")["explanations"]![0]!;
        Assert.Equal(own["contributions"]!.ToJsonString(), v1["contributions"]!.ToJsonString());
        JsonArray v2 = protocol.Ask(new InferRequest(), """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[40.5]},{"name":"c","shape":[1],"datatype":"BYTES","data":["a"]}],"outputs":[{"name":"contributions"},{"name":"base_value"},{"name":"raw_score"}]}""")["outputs"]!.AsArray();
        Assert.Equal(own["contributions"]!.AsObject().Select(member => member.Value!.GetValue<double>()), v2[0]!["data"]!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal("[1,2]", v2[0]!["shape"]!.ToJsonString());
        Assert.Equal(own["rawScore"]!.GetValue<double>(), v2[2]!["data"]![0]!.GetValue<double>());
        Assert.False(protocol.Ask(new RowsRequest(), """{"x":40.5,"c":"a"}""")["predictions"]![0]!.AsObject().ContainsKey("contributions"));
    }
}

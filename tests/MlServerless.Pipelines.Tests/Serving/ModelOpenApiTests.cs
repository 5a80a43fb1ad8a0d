using System.Text.Json.Nodes;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Tests.Serving.Protocols;

namespace MlServerless.Pipelines.Tests.Serving;

public sealed class ModelOpenApiTests
{
    [Fact]
    public async Task Build_NamesTheColumns_AndItsExamplesAreTaken()
    {
        Protocol protocol = await Protocol.OfTestModelAsync(closed: true);
        JsonObject document = ModelOpenApi.Build(protocol.Model);
        JsonObject row = document["components"]!["schemas"]!["Row"]!.AsObject();
        Assert.Equal(["x", "c"], row["properties"]!.AsObject().Select(member => member.Key));
        Assert.Equal("""{"type":["string","null"],"enum":["a","b","z",null]}""", row["properties"]!["c"]!.ToJsonString());
        foreach ((string path, PredictionRequest request) in new (string, PredictionRequest)[] { ("/api/models/m/predict", new RowsRequest()), ("/v1/models/m:predict", new InstancesRequest()), ("/v2/models/m/infer", new InferRequest()) })
        {
            JsonNode example = document["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;
            Assert.NotNull(protocol.Ask(request, example.ToJsonString()));
        }
    }
}

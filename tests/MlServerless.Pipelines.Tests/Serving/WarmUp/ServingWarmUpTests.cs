using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Serving.WarmUp;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Serving.WarmUp;

[Collection(StorageTests.Name)]
public sealed class ServingWarmUpTests(StorageFixture fixture)
{
    [Fact]
    public void Predict_AnswersWithEveryKindOfInput()
    {
        ModelArtifact artifact = ModelArtifact.Parse(ServingWarmUp.Artifact);
        Assert.Equal(
            [ColumnType.Number, ColumnType.Category, ColumnType.Boolean, ColumnType.DateTime],
            artifact.Signature.Inputs.Select(input => input.Type));
        JsonElement answer = JsonDocument.Parse(ServingWarmUp.Predict()).RootElement;
        Assert.Equal(artifact.Hash.Hex, answer.GetProperty("modelHash").GetString());
        Assert.InRange(answer.GetProperty("predictions")[0].GetProperty("probability").GetDouble(), 0.01, 0.99);
    }

    [Fact]
    public async Task BeginAsync_LeavesStorageAsItIs()
    {
        bool asked = false;
        await ServingWarmUp.BeginAsync(() =>
        {
            asked = true;
            return fixture.Storage;
        });
        Assert.True(asked);
        Assert.False(await fixture.Storage.Content.ExistsAsync(ContentHash.Of(ServingWarmUp.Artifact), CancellationToken.None));
    }

    [Fact]
    public async Task BeginAsync_WithoutStorage_FailsNobody() =>
        await ServingWarmUp.BeginAsync(() => throw new InvalidOperationException("There is no storage."));
}

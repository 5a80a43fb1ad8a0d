using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

/// <summary>How many inputs and classes an artifact may name: at the limit something else is wrong with it, past it the number.</summary>
public class ArtifactLimitTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Parse_Bytes(int past, bool tooMany)
    {
        string message = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(new byte[(512 << 20) + past])).Message;
        Assert.Equal(tooMany, message.Contains("at most 536870912", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task Parse_Inputs(int count, bool tooMany)
    {
        string message = await RefusalAsync("linear", LearningTask.Regression, artifact => Fill(artifact["preprocessing"]!["inputs"]!.AsArray(), count, (node, _) => node));
        Assert.Equal(tooMany, message.Contains("at most 10000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task Parse_Classes(int count, bool tooMany)
    {
        string message = await RefusalAsync("linear", LearningTask.Multiclass, artifact => Fill(artifact["classLabels"]!.AsArray(), count, (_, i) => string.Create(CultureInfo.InvariantCulture, $"class {i}")));
        Assert.Equal(tooMany, message.Contains("10001 labels", StringComparison.Ordinal));
    }

    private static void Fill(JsonArray array, int count, Func<JsonNode, int, JsonNode?> next)
    {
        while (array.Count < count)
            array.Add(next(array[0]!.DeepClone(), array.Count));
    }

    private static async Task<string> RefusalAsync(string trainer, LearningTask task, Action<JsonNode> change)
    {
        JsonNode artifact = JsonNode.Parse((await Training.ModelAsync(trainer, task)).Json)!;
        change(artifact);
        return Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(Encoding.UTF8.GetBytes(artifact.ToJsonString()))).Message;
    }
}

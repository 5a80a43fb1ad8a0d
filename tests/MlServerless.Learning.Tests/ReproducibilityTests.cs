using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class ReproducibilityTests
{
    [Theory]
    [MemberData(nameof(Training.AllKinds), MemberType = typeof(Training))]
    public async Task TrainAsync_AnyNumberOfThreads_GivesEqualHash(string trainer, LearningTask task)
    {
        ModelArtifact one = await Training.RunAsync(trainer, task, threads: 1);
        ModelArtifact two = await Training.RunAsync(trainer, task, threads: 2);
        ModelArtifact four = await Training.RunAsync(trainer, task, threads: 4);
        Assert.Equal(one.Hash, two.Hash);
        Assert.Equal(one.Hash, four.Hash);
    }

    /// <summary>So many rows that threads share them out, with a category, missing values and every setting that draws or weighs rows.</summary>
    [Theory]
    [InlineData("""{"rounds":3}""")]
    [InlineData("""{"rounds":3,"rowFraction":0.7,"columnFraction":0.5,"classWeights":"balanced","monotone":{"age":"increasing"}}""")]
    public async Task TrainAsync_ManyRows_GivesEqualHashWithAnyNumberOfThreads(string parameters)
    {
        Table table = SampleTable.Make(40_000, 5);
        TrainingRequest request = Training.Request("gbdt", LearningTask.Binary) with { Train = table, Parameters = JsonNode.Parse(parameters)!.AsObject() };
        ModelArtifact one = await ModelTrainer.TrainAsync(request with { Threads = 1 });
        foreach (int threads in (int[])[2, 3, 4])
            Assert.Equal(one.Hash, (await ModelTrainer.TrainAsync(request with { Threads = threads })).Hash);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("DOTNET_TieredCompilation", "0")]
    public async Task TrainAsync_FreshProcessWithOtherInstructions_GivesEqualHash(string setting, string value)
    {
        string[] lines = await FreshProcess.RunAsync((setting, value));
        List<string> here = [];
        foreach ((string trainer, LearningTask task) in Training.Kinds)
            here.Add($"{trainer} {task} {(await Training.ModelAsync(trainer, task)).Hash}");
        Assert.Equal(here, lines);
    }

    [Theory]
    [MemberData(nameof(Training.AllKinds), MemberType = typeof(Training))]
    public async Task TrainAsync_OtherSeedOrData_GivesOtherModel(string trainer, LearningTask task)
    {
        ModelArtifact model = await Training.ModelAsync(trainer, task);
        ModelArtifact otherData = await ModelTrainer.TrainAsync(Training.Request(trainer, task) with { Train = SampleTable.Make(1500, 3) });
        ModelArtifact otherSeed = await ModelTrainer.TrainAsync(Training.Request(trainer, task) with { Seed = 43 });
        Assert.NotEqual(model.Hash, otherData.Hash);
        Assert.NotEqual(model.Hash, otherSeed.Hash);
    }

    /// <summary>
    /// Golden/models.txt holds, per trainer, task and algorithm versions, the hash of what training finds. When it changes on purpose,
    /// raise the algorithm version and add the new line; the test prints it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Training.AllKinds), MemberType = typeof(Training))]
    public async Task TrainAsync_SameAlgorithmVersion_GivesGoldenModel(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        using JsonDocument json = JsonDocument.Parse(artifact.Json);
        int preprocessing = json.RootElement.GetProperty("preprocessing").GetProperty("algorithmVersion").GetInt32();
        string parts = json.RootElement.GetProperty("preprocessing").GetRawText() + json.RootElement.GetProperty("model").GetRawText();
        string line = $"{trainer} {task} trainer-{artifact.AlgorithmVersion} preprocessing-{preprocessing} {ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(parts))}";
        string[] golden = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "models.txt"));
        Assert.True(golden.Contains(line), $"Not among the golden lines: {line}");
    }
}

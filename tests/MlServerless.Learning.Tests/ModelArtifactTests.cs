using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class ModelArtifactTests
{
    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_OwnBytes_GivesTheSameModel(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        ModelArtifact read = ModelArtifact.Parse(artifact.Json);
        Assert.Equal(artifact.Hash, read.Hash);
        Assert.Equal(ContentHash.Of(artifact.Json), read.Hash);
        Assert.Equal(artifact.Json, CanonicalJson.Canonicalize(artifact.Json));
        Assert.Equal(artifact.Json, Artifacts.ArtifactFormat.Write(read.Content));
        Assert.Equal(task, read.Task);
        Assert.Equal(trainer, read.Trainer);
        Assert.Equal(SampleTable.Features, read.Signature.Inputs.Select(i => i.Name));
        Assert.Equal(SampleTable.Schema.Hash, read.Signature.SchemaHash);
        Assert.Equal(Training.Train.RowCount, read.Reference.Rows);
        Assert.Equal(Training.Validation.RowCount, read.Predictions!.Rows);
        Assert.Equal(42UL, read.Seed);
        Table table = SampleTable.Make(300, 8);
        Assert.Equal(Scorer.Compile(artifact).Score(table), Scorer.Compile(read).Score(table));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_FirstFormat_IsScoredAndExplained(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        JsonObject json = JsonNode.Parse(artifact.Json)!.AsObject();
        json["format"] = 1;
        json.Remove("importance");
        json["model"]!.AsObject().Remove("averages");
        byte[] first = CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()));
        ModelArtifact read = ModelArtifact.Parse(first);
        Assert.Equal(first, Artifacts.ArtifactFormat.Write(read.Content));
        Assert.Null(read.Importance);
        Table table = SampleTable.Make(50, 8);
        Assert.Equal(Scorer.Compile(artifact).Score(table), Scorer.Compile(read).Score(table));
        var explainer = Explainer.Compile(read);
        explainer.Explain(Scorer.Compile(read).CreateRow(), new double[explainer.OutputCount * explainer.InputCount]);
    }

    [Fact]
    public async Task ClassLabels_Binary_PositiveClassIsLast()
    {
        TrainingRequest request = Training.Request("linear", LearningTask.Binary);
        ModelArtifact yes = await ModelTrainer.TrainAsync(request);
        ModelArtifact no = await ModelTrainer.TrainAsync(request with { PositiveClass = "no" });
        Assert.Equal(["no", "yes"], yes.ClassLabels);
        Assert.Equal(["yes", "no"], no.ClassLabels);
        Assert.Equal(yes.Metrics["auc"], no.Metrics["auc"], 1e-6);
        Assert.True(yes.Metrics["auc"] > 0.8);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_MutatedBytes_IsReadOrRefusedWithAReason(string trainer, LearningTask task)
    {
        byte[] json = (await Training.ModelAsync(trainer, task)).Json;
        Table table = SampleTable.Make(20, 8);
        Gen<(int Position, int Value)[]> edits = Gen.Choose(0, json.Length - 1).Zip(Gen.Choose(0, 255), (p, v) => (p, v)).ArrayOf(3);
        Prop.ForAll(Arb.From(edits), changes =>
        {
            byte[] mutated = [.. json];
            foreach ((int position, int value) in changes)
                mutated[position] = (byte)value;
            ReadAndScore(mutated, table);
        }).Check(Seeded(300));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_MutatedNumbers_IsReadOrRefusedWithAReason(string trainer, LearningTask task)
    {
        string json = Encoding.UTF8.GetString((await Training.ModelAsync(trainer, task)).Json);
        (int Start, int Length)[] numbers = [.. System.Text.RegularExpressions.Regex.Matches(json, @"-?\d+(\.\d+)?([eE][-+]?\d+)?").Select(m => (m.Index, m.Length))];
        string[] replacements = ["0", "-1", "1", "2", "255", "256", "2147483647", "-2147483648", "1e308", "1e999", "null", "[]", "{}", "\"x\"", "0.5", ""];
        Table table = SampleTable.Make(20, 8);
        Prop.ForAll(Arb.From(Gen.Choose(0, numbers.Length - 1)), Arb.From(Gen.Elements(replacements)), (which, replacement) =>
        {
            (int start, int length) = numbers[which];
            ReadAndScore(Encoding.UTF8.GetBytes(string.Concat(json.AsSpan(0, start), replacement, json.AsSpan(start + length))), table);
        }).Check(Seeded(400));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":1,\"format\":1}")]
    public void Parse_SomethingElse_SaysWhatIsWrong(string text)
    {
        InvalidArtifactException error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [InlineData("left", 0, "0", "before its parent")]
    [InlineData("left", 0, "9999", "does not exist")]
    [InlineData("right", 0, "-9999", "does not exist")]
    [InlineData("feature", 0, "99999", "no slot")]
    [InlineData("feature", 0, "-1", "no slot")]
    [InlineData("leafValue", 0, "1e999", "finite number")]
    [InlineData("threshold", 0, "\"NaN\"", "finite number")]
    public async Task Parse_HostileTree_SaysWhatIsWrong(string array, int position, string value, string expected)
    {
        ModelArtifact artifact = await Training.ModelAsync("gbdt", LearningTask.Binary);
        JsonObject json = JsonNode.Parse(artifact.Json)!.AsObject();
        json["model"]!["trees"]![0]![array]![position] = "@";
        byte[] hostile = Encoding.UTF8.GetBytes(json.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal));
        InvalidArtifactException error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(hostile));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task Parse_NodeWithTwoParents_IsRefused()
    {
        ModelArtifact artifact = await Training.ModelAsync("gbdt", LearningTask.Binary);
        JsonObject json = JsonNode.Parse(artifact.Json)!.AsObject();
        JsonNode tree = json["model"]!["trees"]![0]!;
        tree["left"]![0] = tree["right"]![0]!.GetValue<int>();
        InvalidArtifactException error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));
        Assert.Contains("two parents", error.Message);
    }

    [Theory]
    [InlineData("format", "1", "format")]
    [InlineData("task", "\"regression\"", "classLabels")]
    [InlineData("seed", "1", "seed")]
    [InlineData("classLabels", "[\"a\",\"a\"]", "classLabels")]
    [InlineData("trainer", "{\"name\":\"gbtd\",\"algorithmVersion\":1}", "did you mean 'gbdt'")]
    public async Task Parse_ContradictingMember_SaysWhich(string member, string value, string expected)
    {
        ModelArtifact artifact = await Training.ModelAsync("gbdt", LearningTask.Binary);
        JsonObject json = JsonNode.Parse(artifact.Json)!.AsObject();
        json[member] = JsonNode.Parse(value);
        InvalidArtifactException error = Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())));
        Assert.Contains(expected, error.Message);
    }

    private static void ReadAndScore(byte[] json, Table table)
    {
        try
        {
            Scorer.Compile(ModelArtifact.Parse(json)).Score(table, 1);
        }
        catch (InvalidArtifactException)
        {
        }
        catch (ArgumentException e) when (e.Message.Contains("Read the data with the model's schema", StringComparison.Ordinal))
        {
            // A changed name of an input may meet a column of another kind.
        }
    }

    private static Configuration Seeded(int tests)
    {
        Configuration configuration = Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = tests;
        configuration.Replay = FsCheck.Random.StdGen.NewStdGen(20, 26);
        return configuration;
    }
}

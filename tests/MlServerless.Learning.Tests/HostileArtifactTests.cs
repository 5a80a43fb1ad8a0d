using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

/// <summary>Whatever bytes come as an artifact: a model that scores every row as a finite number, or an error that says why not; and no more memory than the bytes account for.</summary>
public class HostileArtifactTests
{
    private const int Mutations = 150;
    private const int Odd = 15;

    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    /// <summary>Members and elements are taken away, doubled, exchanged, wrapped, and replaced by what does not belong there.</summary>
    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_MutatedStructure_IsAModelOrRefused(string trainer, LearningTask task)
    {
        JsonNode original = JsonNode.Parse((await Training.ModelAsync(trainer, task)).Json)!;
        Table table = SampleTable.Make(20, 8);
        var random = new SeededGenerator(20, (ulong)task);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            JsonNode mutated = original.DeepClone();
            for (int edits = 1 + random.NextInt(2); edits > 0; edits--)
                Mutate(mutated, random);
            refused += IsRefused(Encoding.UTF8.GetBytes(mutated.ToJsonString()), table) ? 1 : 0;
        }
        Assert.InRange(refused, Mutations / 3, Mutations);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Parse_CutOrMixedBytes_IsAModelOrRefused(string trainer, LearningTask task)
    {
        byte[] json = (await Training.ModelAsync(trainer, task)).Json;
        Table table = SampleTable.Make(20, 8);
        var random = new SeededGenerator(21, (ulong)task);
        for (int i = 0; i < Mutations; i++)
        {
            int from = random.NextInt(json.Length), length = 1 + random.NextInt(Math.Min(200, json.Length - from)), to = random.NextInt(json.Length);
            byte[] piece = json[from..(from + length)];
            byte[] mutated = random.NextInt(4) switch
            {
                0 => json[..from],
                1 => [.. json[..from], .. json[(from + length)..]],
                2 => [.. json[..to], .. piece, .. json[to..]],
                _ => [.. json[..to], .. piece, .. json[Math.Min(json.Length, to + length)..]],
            };
            IsRefused(mutated, table);
        }
    }

    /// <summary>Every member of every object, and every element's place, is missed or null once.</summary>
    [Theory]
    [InlineData("gbdt")]
    [InlineData("linear")]
    public async Task Parse_AnyMemberMissingOrNull_IsAModelOrRefused(string trainer)
    {
        JsonObject original = JsonNode.Parse((await Training.ModelAsync(trainer, LearningTask.Binary)).Json)!.AsObject();
        Table table = SampleTable.Make(5, 8);
        // One tree and a small profile say as much as many, in less time.
        if (trainer == "gbdt")
            original["model"]!["trees"] = new JsonArray(original["model"]!["trees"]![0]!.DeepClone());
        foreach (string[] path in Paths(original, []))
            foreach (bool remove in new[] { true, false })
            {
                JsonNode mutated = original.DeepClone();
                JsonObject parent = path[..^1].Aggregate(mutated, (node, step) => node is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!).AsObject();
                if (remove)
                    parent.Remove(path[^1]);
                else
                    parent[path[^1]] = null;
                IsRefused(Encoding.UTF8.GetBytes(mutated.ToJsonString()), table);
            }
    }

    [Fact]
    public async Task Parse_ScoresThatWouldOverflow_AreRefused()
    {
        await RefusesAsync("gbdt", LearningTask.Regression, model =>
        {
            model["trees"]![0]!["leafValue"]![0] = 1.5e308;
            model["trees"]![1]!["leafValue"]![0] = 1.5e308;
        }, "finite");
        await RefusesAsync("linear", LearningTask.Regression, model => model["coefficients"]![0]![0] = 1e305, "finite");
        await RefusesAsync("linear", LearningTask.Multiclass, model => model["intercepts"]![0] = 1.5e308, null);
    }

    /// <summary>A small file that names thousands of text inputs, or terms that each span thousands of slots.</summary>
    [Fact]
    public async Task Parse_SmallFileThatAsksForMuch_TakesLittle()
    {
        JsonObject json = JsonNode.Parse((await Training.ModelAsync("linear", LearningTask.Regression)).Json)!.AsObject();
        JsonArray inputs = json["preprocessing"]!["inputs"]!.AsArray(), fields = json["signature"]!["inputs"]!.AsArray();
        for (int i = 0; i < 5000; i++)
        {
            inputs.Add(JsonNode.Parse($$"""{"name":"t{{i}}","type":"text","kind":"ngrams","words":2,"characters":0,"texts":1,"buckets":[],"frequencies":[]}"""));
            fields.Add(JsonNode.Parse($$"""{"name":"t{{i}}","type":"text","required":false}"""));
        }
        byte[] many = Encoding.UTF8.GetBytes(json.ToJsonString());
        Assert.InRange(Allocated(() => Refuse(many)), 0, 60L * many.Length);

        json = JsonNode.Parse((await Training.ModelAsync("linear", LearningTask.Regression)).Json)!.AsObject();
        JsonArray terms = json["model"]!["terms"]!.AsArray();
        JsonNode wide = terms.First(term => (int)term!["kind"]! == 3)!;
        for (int i = 0; i < 20_000; i++)
            terms.Add(wide.DeepClone());
        Assert.Contains("fewer coefficients", Refuse(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    /// <summary>A tree that is a chain of thousands of nodes is walked, not recursed into.</summary>
    [Fact]
    public async Task Parse_TreeAsDeepAsItHasNodes_IsScored()
    {
        const int Depth = 20_000;
        JsonObject json = JsonNode.Parse((await Training.ModelAsync("gbdt", LearningTask.Regression)).Json)!.AsObject();
        JsonNode tree = json["model"]!["trees"]![0]!;
        JsonArray numbers(Func<int, double> value, int count = Depth) => [.. Enumerable.Range(0, count).Select(i => (JsonNode)value(i))];
        tree["feature"] = numbers(_ => 0);
        tree["threshold"] = numbers(i => i % 100);
        tree["missingLeft"] = numbers(_ => 0);
        tree["leftBuckets"] = new JsonArray(new JsonNode?[Depth]);
        tree["left"] = numbers(i => ~i);
        tree["right"] = numbers(i => i + 1 < Depth ? i + 1 : ~Depth);
        tree["gain"] = numbers(_ => 1);
        tree["rows"] = numbers(_ => 1);
        tree["leafValue"] = numbers(_ => 1e-9, Depth + 1);
        tree["leafRows"] = numbers(_ => 1, Depth + 1);
        Assert.False(IsRefused(Encoding.UTF8.GetBytes(json.ToJsonString()), SampleTable.Make(20, 8)));
    }

    [Fact]
    public void Parse_NestedWithoutEnd_IsRefused() =>
        Assert.True(IsRefused(Encoding.UTF8.GetBytes("{\"model\":" + new string('[', 1_000_000)), SampleTable.Make(1, 1)));

    private static async Task RefusesAsync(string trainer, LearningTask task, Action<JsonNode> change, string? told)
    {
        JsonNode json = JsonNode.Parse((await Training.ModelAsync(trainer, task)).Json)!;
        change(json["model"]!);
        byte[] bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        if (told is null)
            Assert.False(IsRefused(bytes, SampleTable.Make(20, 8)));
        else
            Assert.Contains(told, Refuse(bytes));
    }

    private static string Refuse(byte[] json) => Assert.Throws<InvalidArtifactException>(() => ModelArtifact.Parse(json)).Message;

    private static bool IsRefused(byte[] json, Table table)
    {
        bool refused = false;
        Scorer? scorer = null;
        long allocated = Allocated(() =>
        {
            try
            {
                scorer = Scorer.Compile(ModelArtifact.Parse(json));
            }
            catch (InvalidArtifactException error)
            {
                Assert.NotEmpty(error.Message);
                refused = true;
            }
        });
        Assert.InRange(allocated, 0, 100L * json.Length + (32 << 20));
        if (scorer is null)
            return refused;
        try
        {
            Assert.All(scorer.Score(table, 1), score => Assert.True(double.IsFinite(score)));
        }
        catch (ArgumentException e) when (e.Message.Contains("Read the data with the model's schema", StringComparison.Ordinal))
        {
            // A changed name of an input may meet a column of another kind.
        }
        return refused;
    }

    /// <summary>The members of all objects, of an array's elements those of the first two.</summary>
    private static IEnumerable<string[]> Paths(JsonNode node, string[] path) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Value is null ? [[.. path, member.Key]] : Paths(member.Value, [.. path, member.Key]).Prepend([.. path, member.Key])),
        JsonArray array => array.Take(2).Index().Where(element => element.Item is not null)
            .SelectMany(element => Paths(element.Item!, [.. path, element.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)])),
        _ => [],
    };

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Mutate(JsonNode root, SeededGenerator random)
    {
        JsonNode place = Descend(root, random);
        if (place is JsonObject members && members.Count > 0)
            MutateMember(members, [.. members.Select(member => member.Key)], random);
        else if (place is JsonArray array && array.Count > 0)
            MutateElement(array, random);
    }

    private static void MutateMember(JsonObject members, string[] names, SeededGenerator random)
    {
        string name = names[random.NextInt(names.Length)];
        switch (random.NextInt(4))
        {
            case 0: members.Remove(name); break;
            case 1: members[name + "x"] = members[name]?.DeepClone(); break;
            case 2: members[name] = members[names[random.NextInt(names.Length)]]?.DeepClone(); break;
            default: members[name] = OddValue(random, members[name]); break;
        }
    }

    private static void MutateElement(JsonArray array, SeededGenerator random)
    {
        int index = random.NextInt(array.Count);
        switch (random.NextInt(5))
        {
            case 0: array.RemoveAt(index); break;
            case 1: array.Add(array[index]?.DeepClone()); break;
            case 2: array[index] = array[random.NextInt(array.Count)]?.DeepClone(); break;
            case 3: array.Clear(); break;
            default: array[index] = OddValue(random, array[index]); break;
        }
    }

    /// <summary>A container somewhere below, as likely near the root as deep down.</summary>
    private static JsonNode Descend(JsonNode node, SeededGenerator random)
    {
        for (int depth = random.NextInt(8); depth > 0; depth--)
        {
            JsonNode?[] children = node switch
            {
                JsonObject members => [.. members.Select(member => member.Value)],
                JsonArray array => [.. array],
                _ => [],
            };
            JsonNode[] containers = [.. children.OfType<JsonNode>().Where(child => child is JsonObject or JsonArray)];
            if (containers.Length == 0)
                break;
            node = containers[random.NextInt(containers.Length)];
        }
        return node;
    }

    private static JsonNode? OddValue(SeededGenerator random, JsonNode? old) => random.NextInt(Odd) switch
    {
        0 => null,
        1 => -1,
        2 => 0,
        3 => int.MaxValue,
        4 => int.MinValue,
        5 => 1e308,
        6 => -1e308,
        7 => 0.5,
        8 => "",
        9 => new string('x', 1000),
        10 => true,
        11 => new JsonArray(),
        12 => new JsonObject(),
        13 => new JsonArray(old?.DeepClone()),
        _ => 1e15,
    };
}

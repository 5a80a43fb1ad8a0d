using System.Text;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Preprocessing;

public class NgramEncoderTests
{
    private const int FixedSlots = 2;
    private static readonly string[] Texts = ["good day", "good night", "bad day", "bad night", "good day", "bad weather"];

    [Fact]
    public void Fit_WordsAndPairs_AreWeightedAsInTheFormula()
    {
        NgramEncoder encoder = Fit(Texts, [1, 1, 0, 0, 1, 0]);
        double[] slots = Slots(encoder, "Good day, GOOD night!");

        // Kept: what two texts hold: good 3, bad 3, day 3, night 2, "good day" 2 of 6.
        Assert.Equal(5, encoder.KeptBuckets.Count);
        Assert.Equal([2, 2, 3, 3, 3], encoder.Frequencies.Order());
        Assert.Equal([21, 4], slots[..FixedSlots]);
        double idf(int with) => Math.Log(7.0 / (1 + with)) + 1;
        double[] expected = [2 * idf(3), idf(3), idf(2), idf(2)];
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        double[] found = [.. slots[FixedSlots..].Where(value => value != 0).Order()];
        Assert.Equal(expected.Select(value => value / norm).Order(), found, (a, b) => Math.Abs(a - b) < 1e-14);
    }

    /// <summary>scikit-learn 1.x: TfidfVectorizer(ngram_range=(1, 2), min_df=2), its defaults otherwise.</summary>
    [Fact]
    public void SetText_SameVocabulary_GivesTheFiguresOfScikitLearn()
    {
        double[] slots = Slots(Fit(Texts, [1, 1, 0, 0, 1, 0]), "good day");
        double good = Math.Log(7.0 / 4) + 1, pair = Math.Log(7.0 / 3) + 1;
        double norm = Math.Sqrt(2 * good * good + pair * pair);
        Assert.Equal(new[] { good / norm, good / norm, pair / norm }.Order(), slots[FixedSlots..].Where(value => value != 0).Order(), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Fit_MoreNgramsThanDimensions_KeepsThoseThatTellOfTheLabel()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"filler{i % 4} {(i % 2 == 0 ? "win" : "lose")} common{i % 3}")];
        NgramEncoder encoder = Fit(texts, [.. texts.Select((_, i) => (double)(i % 2))], new TextOptions { Dimensions = 16, WordNgrams = 1 }, maxDimensions: 2);
        Assert.Equal(2, encoder.KeptBuckets.Count);
        Assert.Equal(1, Slots(encoder, "win")[FixedSlots..].Count(value => value == 1));
        Assert.Equal(1, Slots(encoder, "lose")[FixedSlots..].Count(value => value == 1));
        Assert.DoesNotContain(Slots(encoder, "filler0 common1")[FixedSlots..], value => value != 0);
    }

    [Fact]
    public void Fit_TrainingRowsOnly_NothingElseIsCounted()
    {
        CategoryColumn column = SampleTable.Category("t", ColumnType.Text, ["a b", "a b", "a c", "secret", "secret", null]);
        NgramEncoder encoder = NgramEncoder.Fit(0, column, [0, 1, 2], TextGroups.Of([0, 1, 0], 2), TextOptions.Default, 100);
        Assert.Equal(3, encoder.Texts);
        Assert.DoesNotContain(Slots(encoder, "secret")[FixedSlots..], value => value != 0);
    }

    [Theory]
    [InlineData("ÄRGER über Größe", "ärger ÜBER größe")]
    [InlineData("ДА — нет", "да: НЕТ")]
    [InlineData("ΑΒΓ…", "αβγ")]
    [InlineData("Łódź “źle”", "łóDŹ ŹLE")]
    public void Scan_CaseAndPunctuation_DoNotMatter(string one, string other)
    {
        Assert.Equal(Buckets(one, 2, 4), Buckets(other, 2, 4));
        Assert.NotEmpty(Buckets(one, 2, 4));
    }

    [Fact]
    public void Scan_CharacterNgrams_AreThoseWithinAWordAndItsEnds()
    {
        // " ab ", then " a ": of three characters " ab", "ab ", " a "; of four " ab ".
        Assert.Equal(2 + 3 + 1, Buckets("ab a", 1, 4).Length);
        Assert.Equal(2, Buckets("ab a", 1, 0).Length);
        Assert.Equal(3, Buckets("ab a", 2, 0).Length);
    }

    [Fact]
    public void SetMissing_HasNoLengthAndNoNgrams()
    {
        NgramEncoder encoder = Fit(Texts, [1, 1, 0, 0, 1, 0]);
        double[] slots = Slots(encoder, "good day");
        encoder.SetMissing(slots, 1);
        Assert.True(slots[..FixedSlots].All(double.IsNaN));
        Assert.All(slots[FixedSlots..], value => Assert.Equal(0, value));
    }

    /// <summary>Row by row and as a table, whatever the texts, the block and the stride: equal bits.</summary>
    [Fact]
    public void Bind_AnyTexts_GivesTheBitsOfSingleRows()
    {
        Gen<string?> text = Gen.OneOf(
            Gen.Constant((string?)null),
            Gen.Elements("a", "b", "Größe", "!", "1", "日本", "😀", "\u0130", " ").ArrayOf(12).Select(parts => (string?)string.Concat(parts)),
            Gen.Elements("alpha", "beta", "gamma", "delta").ArrayOf(40).Select(parts => (string?)string.Join(' ', parts)),
            Arb.Default.UnicodeString().Generator.Select(unicode => (string?)unicode.Get));
        Configuration configuration = Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = 60;
        configuration.Replay = FsCheck.Random.StdGen.NewStdGen(7, 11);
        Prop.ForAll(Arb.From(text.ArrayOf(30)), Arb.From(Gen.Elements(0, 3, 5)), (texts, characters) =>
        {
            if (texts.Length == 0)
                return;
            CategoryColumn column = SampleTable.Category("t", ColumnType.Text, texts);
            double[] targets = [.. texts.Select((_, i) => (double)(i % 3))];
            NgramEncoder encoder = NgramEncoder.Fit(0, column, [.. Enumerable.Range(0, texts.Length)], TextGroups.Of(targets, 3), new TextOptions { CharacterNgrams = characters }, 64);
            int slots = encoder.Slots.Count;
            double[] table = [.. Enumerable.Repeat(-7.0, slots * texts.Length)];
            encoder.Bind(column).Read(null, 0, texts.Length, table, texts.Length);
            for (int row = 0; row < texts.Length; row++)
            {
                double[] single = [.. Enumerable.Repeat(-7.0, slots)];
                if (texts[row] is { } value)
                    encoder.SetText(Encoding.UTF8.GetBytes(value), single, 1);
                else
                    encoder.SetMissing(single, 1);
                for (int s = 0; s < slots; s++)
                    Assert.Equal(BitConverter.DoubleToInt64Bits(single[s]), BitConverter.DoubleToInt64Bits(table[s * texts.Length + row]));
                double squares = single.Skip(FixedSlots).Sum(v => v * v);
                Assert.True(squares == 0 || Math.Abs(squares - 1) < 1e-12);
            }
        }).Check(configuration);
    }

    /// <summary>A linear model and trees learn from words, with thousands of dimensions, and score rows alone as in a table.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task Train_LabelDependsOnWords_IsLearned(string trainer)
    {
        var random = new SeededGenerator(3);
        Table train = Reviews(1500, random), test = Reviews(400, random);
        ModelArtifact artifact = await ModelTrainer.TrainAsync(Training.RequestOn(train, LearningTask.Binary, trainer));
        Scorer scorer = Scorer.Compile(artifact);
        double[] scores = scorer.Score(test);
        Assert.True(Evaluation.Metrics(LearningTask.Binary, Evaluation.Targets(test, artifact), scores, 1)["auc"] > 0.95);
        FeatureRow row = scorer.CreateRow();
        var column = (CategoryColumn)test["review"];
        double[] single = new double[1];
        for (int i = 0; i < test.RowCount; i++)
        {
            row.SetCategory(0, Encoding.UTF8.GetBytes(column.Vocabulary[column.Codes[i]]));
            scorer.Score(row, single);
            Assert.Equal(scores[i], single[0]);
        }
    }

    /// <summary>Models of before n-grams are read and scored as before.</summary>
    [Fact]
    public async Task Parse_ArtifactOfVersionOne_IsServed()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse((await Training.ModelAsync("gbdt", LearningTask.Binary)).Json)!;
        json["preprocessing"]!["algorithmVersion"] = 1;
        var note = json["preprocessing"]!["inputs"]!.AsArray().Single(input => (string)input!["name"]! == "note")!.AsObject();
        int slots = FixedSlots + note["buckets"]!.AsArray().Count;
        foreach (string member in new[] { "words", "characters", "texts", "frequencies" })
            note.Remove(member);
        note["kind"] = "text";
        note["buckets"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Range(0, slots - FixedSlots).Select(i => (System.Text.Json.Nodes.JsonNode)i)]);
        ModelArtifact old = ModelArtifact.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.All(Scorer.Compile(old).Score(SampleTable.Make(50, 4)), score => Assert.InRange(score, 0, 1));
        var encoder = new WordEncoder(0, "t", [.. Enumerable.Range(0, WordEncoder.HashBuckets)]);
        double[] found = Slots(encoder, "GOOD, thing?!");
        Assert.Equal([13, 2], found[..FixedSlots]);
        Assert.Equal(Slots(encoder, "good thing")[FixedSlots..], found[FixedSlots..]);
        Assert.Equal(2, found[FixedSlots..].Sum());
    }

    private static Table Reviews(int rows, SeededGenerator random)
    {
        string?[] texts = new string?[rows], labels = new string?[rows];
        for (int i = 0; i < rows; i++)
        {
            bool good = random.NextInt(2) == 1;
            List<string> words = [.. Enumerable.Range(0, 12).Select(_ => $"word{random.NextInt(300)}")];
            words.Insert(random.NextInt(words.Count), good ? random.NextInt(2) == 0 ? "excellent" : "not bad" : random.NextInt(2) == 0 ? "awful" : "not good");
            texts[i] = string.Join(' ', words);
            labels[i] = good ? "yes" : "no";
        }
        return new Table([SampleTable.Category("review", ColumnType.Text, texts), SampleTable.Category("y", ColumnType.Category, labels)]);
    }

    private static NgramEncoder Fit(string[] texts, double[] labels, TextOptions? options = null, int maxDimensions = 100) => NgramEncoder.Fit(
        0, SampleTable.Category("t", ColumnType.Text, texts), [.. Enumerable.Range(0, texts.Length)], TextGroups.Of(labels, 2), options ?? TextOptions.Default, maxDimensions);

    private static double[] Slots(InputEncoder encoder, string text)
    {
        double[] slots = new double[encoder.Slots.Count];
        encoder.SetText(Encoding.UTF8.GetBytes(text), slots, 1);
        return slots;
    }

    private static int[] Buckets(string text, int words, int characters)
    {
        var buckets = new BucketList(stackalloc int[4]);
        new TextNgrams(words, characters).Scan(Encoding.UTF8.GetBytes(text), ref buckets, out _, out _);
        int[] result = buckets.Items.ToArray();
        buckets.Dispose();
        return result;
    }
}

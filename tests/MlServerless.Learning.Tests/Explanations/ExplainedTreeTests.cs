using System.Numerics;
using System.Text.Json;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Tests.Support;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Explanations;

public class ExplainedTreeTests
{
    /// <summary>
    /// By hand: with fever (slot 0) and cough (slot 1) the risk is 80, otherwise 0, and a quarter of the rows is in each case.
    /// The mean is 20; for a row with both, both share the 60 that are left. With fever alone the mean of 40 falls to 0.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 30, 30)]
    [InlineData(1, 0, 10, -30)]
    [InlineData(0, 1, -30, 10)]
    [InlineData(0, 0, -10, -10)]
    public void Explain_FeverAndCough_SharesTheRisk(double fever, double cough, double ofFever, double ofCough)
    {
        var explained = new ExplainedTree(Tree([0, 1], [0.5, 0.5], [~0, ~1], [1, ~2], [0, 0, 80], [4, 2], [2, 1, 1]), Numbers(2));
        Assert.Equal(20, explained.Mean, 1e-12);
        double[] contributions = Explain(explained, [fever, cough], 2);
        Assert.Equal(ofFever, contributions[0], 1e-12);
        Assert.Equal(ofCough, contributions[1], 1e-12);
    }

    /// <summary>By hand: one slot asked twice is one player, and takes everything.</summary>
    [Fact]
    public void Explain_OneSlotAskedTwice_TakesAll()
    {
        var explained = new ExplainedTree(Tree([1, 1], [0, 2], [~0, ~1], [1, ~2], [-6, 3, 9], [10, 5], [5, 4, 1]), Numbers(2));
        Assert.Equal(-3 + 1.2 + 0.9, explained.Mean, 1e-12);
        Assert.Equal([0, 3 - -0.9], Explain(explained, [7, 1], 2).Select(v => Math.Round(v, 12)));
    }

    /// <summary>Against the definition: all coalitions of slots, with the mean of the tree over those that are not known.</summary>
    [Theory]
    [InlineData(1UL, 2)]
    [InlineData(2UL, 5)]
    [InlineData(3UL, 12)]
    [InlineData(4UL, 31)]
    [InlineData(5UL, 60)]
    public void Explain_AnyTree_GivesTheShapleyValues(ulong seed, int maxLeaves)
    {
        var random = new RandomForest(seed, 6, maxLeaves);
        foreach (Tree tree in random.Trees)
        {
            var explained = new ExplainedTree(tree, RandomForest.SlotsOf());
            for (int i = 0; i < 6; i++)
            {
                double[] row = random.Row();
                double[] expected = BruteForce(tree, row);
                double[] contributions = Explain(explained, row, RandomForest.Slots);
                for (int s = 0; s < expected.Length; s++)
                    Assert.Equal(expected[s], contributions[s], 1e-13);
                Assert.Equal(RandomForest.Walk(tree, row), explained.Mean + contributions.Sum(), 1e-13);
            }
        }
    }

    /// <summary>
    /// XGBoost 1.7.4: twelve trees for squared error, where its covers are numbers of rows, with missing values, and
    /// predict(pred_contribs=True), which computes with 32 bits.
    /// </summary>
    [Fact]
    public void Explain_TreesOfXgboost_GivesItsContributions()
    {
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "xgboost_contributions.json")));
        Tree[] trees = [.. recorded.RootElement.GetProperty("trees").EnumerateArray().Select(tree => Tree(
            Integers(tree, "feature"), Doubles(tree, "threshold"), Integers(tree, "left"), Integers(tree, "right"), Doubles(tree, "leafValue"),
            Integers(tree, "rows"), Integers(tree, "leafRows"), [.. Integers(tree, "missingLeft").Select(v => v != 0)]))];
        var forest = new ForestAttribution(new GbdtBody([recorded.RootElement.GetProperty("base").GetDouble()], trees), Numbers(6));
        foreach ((JsonElement row, JsonElement expected) in recorded.RootElement.GetProperty("rows").EnumerateArray().Zip(recorded.RootElement.GetProperty("contributions").EnumerateArray()))
        {
            double[] contributions = new double[6];
            forest.Explain([.. row.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? double.NaN : v.GetDouble())], contributions);
            double[] theirs = [.. expected.EnumerateArray().Select(v => v.GetDouble())];
            Assert.Equal(theirs[6], forest.BaseValues[0], 2e-6);
            for (int s = 0; s < 6; s++)
                Assert.Equal(theirs[s], contributions[s], 5e-6);
        }

        static int[] Integers(JsonElement tree, string name) => [.. tree.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
        static double[] Doubles(JsonElement tree, string name) => [.. tree.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
    }

    [Fact]
    public void Explain_NodesWithoutRows_GoBothWaysAlike()
    {
        var explained = new ExplainedTree(Tree([0], [0.5], [~0], [~1], [1, 3], [0], [0, 0]), Numbers(1));
        Assert.Equal(2, explained.Mean);
        Assert.Equal([-1.0], Explain(explained, [0], 1));
    }

    private static double[] BruteForce(Tree tree, double[] row)
    {
        int slots = row.Length;
        double[] values = [.. Enumerable.Range(0, 1 << slots).Select(known => Mean(tree, tree.NodeCount == 0 ? ~0 : 0, row, known))];
        double[] shapley = new double[slots];
        for (int slot = 0; slot < slots; slot++)
            for (int others = 0; others < 1 << slots; others++)
            {
                if ((others >> slot & 1) != 0)
                    continue;
                int size = BitOperations.PopCount((uint)others);
                shapley[slot] += Factorial(size) * Factorial(slots - size - 1) / Factorial(slots) * (values[others | 1 << slot] - values[others]);
            }
        return shapley;
    }

    private static double Mean(Tree tree, int node, double[] row, int known)
    {
        if (node < 0)
            return tree.LeafValue[~node];
        double value = row[tree.Feature[node]];
        if ((known >> tree.Feature[node] & 1) != 0)
        {
            bool left = tree.LeftBuckets[node] is { } buckets ? buckets.Contains((int)value)
                : double.IsNaN(value) ? tree.MissingLeft[node] : value <= tree.Threshold[node];
            return Mean(tree, left ? tree.Left[node] : tree.Right[node], row, known);
        }
        double leftRows = Rows(tree, tree.Left[node]);
        double rightRows = Rows(tree, tree.Right[node]);
        return (leftRows * Mean(tree, tree.Left[node], row, known) + rightRows * Mean(tree, tree.Right[node], row, known)) / (leftRows + rightRows);
    }

    private static double Rows(Tree tree, int child) => child < 0 ? tree.LeafRows[~child] : tree.NodeRows[child];

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    private static Slot[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => new Slot(i, "value"))];

    private static double[] Explain(ExplainedTree tree, double[] row, int inputs)
    {
        double[] contributions = new double[inputs];
        tree.Explain(row, contributions, new ShapleyWeights(tree.MaxSlots), new bool[tree.NodeCount], new double[tree.MaxSlots + 1], new int[tree.MaxSlots]);
        return contributions;
    }

    private static Tree Tree(int[] feature, double[] threshold, int[] left, int[] right, double[] leafValue, int[] rows, int[] leafRows, bool[]? missingLeft = null) => new()
    {
        Feature = feature,
        Threshold = threshold,
        MissingLeft = missingLeft ?? new bool[feature.Length],
        LeftBuckets = new int[]?[feature.Length],
        Left = left,
        Right = right,
        Gain = new double[feature.Length],
        NodeRows = rows,
        LeafValue = leafValue,
        LeafRows = leafRows,
    };
}

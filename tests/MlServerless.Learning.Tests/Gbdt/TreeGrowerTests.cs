using MlServerless.Learning.Numerics;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Gbdt;

/// <summary>Trees small enough to be computed by hand: squared loss from a score of 0, so the gradient of a row is minus its target and its weight 1.</summary>
public class TreeGrowerTests
{
    private static readonly SplitRules Rules = new(L1: 0, L2: 0, MinChildWeight: 0, MinRowsPerLeaf: 1, MinSplitGain: 0);

    /// <summary>Targets 1 1 9 9 over x 1 2 3 4: cut at 2.5, gain 2²/2 + 18²/2 − 20²/4 = 64.</summary>
    [Fact]
    public void Grow_Numbers_FindsTheSplitByHand()
    {
        Tree tree = Grow([1, 1, 9, 9], Rules, 2, Numbers(1, 2, 3, 4));
        Assert.Equal([2.5], tree.Threshold);
        Assert.Equal([64.0 / 64], tree.Gain, (x, y) => Math.Abs(x - y) < 1e-9);
        Assert.Equal([1 / 8.0, 9 / 8.0], tree.LeafValue, (x, y) => Math.Abs(x - y) < 1e-9);
        Assert.Equal([2, 2], tree.LeafRows);
        Assert.False(tree.MissingLeft[0] && tree.LeafRows[0] < tree.LeafRows[1]);
    }

    /// <summary>The missing rows have high targets: they join the right side although that is the smaller one.</summary>
    [Fact]
    public void Grow_MissingValues_TakeTheSideThatGains()
    {
        Tree tree = Grow([0, 0, 0, 4, 4, 4], Rules, 2, Numbers(1, 2, 3, 9, double.NaN, double.NaN));
        Assert.Equal([6.0], tree.Threshold);
        Assert.False(tree.MissingLeft[0]);
        Assert.Equal([3, 3], tree.LeafRows);
    }

    [Fact]
    public void Grow_MissingAgainstAllOthers_IsASplit()
    {
        Tree tree = Grow([0, 0, 0, 4, 4], Rules, 2, Numbers(1, 1, 1, double.NaN, double.NaN));
        Assert.Equal([double.MaxValue], tree.Threshold);
        Assert.False(tree.MissingLeft[0]);
        Assert.Equal([3, 2], tree.LeafRows);
    }

    /// <summary>With l2 = 2 the leaves shrink to 2/(2+2) and 18/(2+2); with l1 = 2 in place of it to (18−2)/2 and 0.</summary>
    [Fact]
    public void Grow_Penalties_ShrinkTheLeaves()
    {
        Assert.Equal([0.5 / 8, 4.5 / 8], Grow([1, 1, 9, 9], Rules with { L2 = 2 }, 2, Numbers(1, 2, 3, 4)).LeafValue, (x, y) => Math.Abs(x - y) < 1e-9);
        Assert.Equal([0, 8.0 / 8], Grow([1, 1, 9, 9], Rules with { L1 = 2 / 8.0 }, 2, Numbers(1, 2, 3, 4)).LeafValue, (x, y) => Math.Abs(x - y) < 1e-9);
    }

    [Fact]
    public void Grow_Limits_AreKept()
    {
        double[] targets = [.. Enumerable.Range(0, 64).Select(i => (i * 37 % 64) / 10.0)];
        double[] x = [.. Enumerable.Range(0, 64).Select(i => (double)i)];
        Assert.Equal(7, Grow(targets, Rules, 7, Numbers(x)).LeafCount);
        Assert.All(Grow(targets, Rules with { MinRowsPerLeaf = 10 }, 31, Numbers(x)).LeafRows, rows => Assert.True(rows >= 10));
        Assert.All(Grow(targets, Rules with { MinChildWeight = 12.5 }, 31, Numbers(x)).LeafRows, rows => Assert.True(rows >= 13));
        Assert.InRange(Grow(targets, Rules, 31, Numbers(x), maxDepth: 2).LeafCount, 3, 4);
        Assert.Equal(1, Grow(targets, Rules with { MinSplitGain = 1e6 }, 31, Numbers(x)).LeafCount);
    }

    /// <summary>Categories 2 and 4 have low targets, 3 and 5 high ones: no threshold divides them, a subset does. Low gradients, that is high targets, come first; the bucket without rows (1) and the missing one follow the larger side, of equal ones the left.</summary>
    [Fact]
    public void Grow_Categories_AreDividedAsASubset()
    {
        double[] category = [.. Enumerable.Range(0, 100).Select(i => (double)(2 + i % 4))];
        double[] targets = [.. category.Select(c => c is 2 or 4 ? 1.0 : 5.0)];
        Tree tree = Grow(targets, Rules, 2, (FeatureBins.Category(0, 6), category));
        Assert.Equal([0, 1, 3, 5], tree.LeftBuckets[0]!);
        Assert.Equal([50, 50], tree.LeafRows);
        Assert.Equal([5 / 8.0, 1 / 8.0], tree.LeafValue, (x, y) => Math.Abs(x - y) < 1e-9);
    }

    /// <summary>Targets 1 9 1 1 over x 1 2 3 4: the best cut, 5 5 | 1 1 with a gain of 16, falls; the best that rises is 1 | 11/3.</summary>
    [Fact]
    public void Grow_Direction_RefusesSplitsThatGoTheOtherWay()
    {
        Tree falling = Grow([1, 9, 1, 1], Rules, 2, [Numbers(1, 2, 3, 4)], directions: [-1]);
        Assert.Equal([2.5], falling.Threshold);
        Assert.Equal([5 / 8.0, 1 / 8.0], falling.LeafValue, (x, y) => Math.Abs(x - y) < 1e-8);
        Tree rising = Grow([1, 9, 1, 1], Rules, 2, [Numbers(1, 2, 3, 4)], directions: [1]);
        Assert.Equal([1.5], rising.Threshold);
        Assert.Equal([1 / 8.0, 11 / 24.0], rising.LeafValue, (x, y) => Math.Abs(x - y) < 1e-8);
    }

    /// <summary>x parts −1 1 from 2 14, with values 0 and 8 and 4 in their middle. z then parts both; the 2 is raised to 4, so that every left leaf stays below every right one.</summary>
    [Fact]
    public void Grow_Direction_BoundsTheLeavesBelow()
    {
        Tree tree = Grow([-1, 1, 2, 14], Rules, 4, [Numbers(1, 1, 2, 2), Numbers(1, 2, 1, 2)], directions: [1, 0]);
        Assert.Equal([-1 / 8.0, 1 / 8.0, 4 / 8.0, 14 / 8.0], tree.LeafValue.Order(), (x, y) => Math.Abs(x - y) < 1e-8);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 2)]
    public void ScoreOf_TheNewtonStep_IsTheScore(double l1, double l2)
    {
        SplitRules rules = Rules with { L1 = l1, L2 = l2 };
        foreach ((double gradient, double hessian) in ((double, double)[])[(3, 5), (-7, 2), (0.25, 1)])
            Assert.Equal(rules.Score(gradient, hessian), rules.ScoreOf(rules.LeafValue(gradient, hessian), gradient, hessian), 1e-12);
    }

    /// <summary>Three large categories have targets 1, 3 and 9; those of nine rows with 9 have no say and stay on the right. Filling the left side from the low end would be 1 3 | 9 9; the best is found from either.</summary>
    [Fact]
    public void Grow_SmallCategories_StayOnTheRight()
    {
        double[] category = [.. Enumerable.Repeat(2.0, 20), .. Enumerable.Repeat(3.0, 20), .. Enumerable.Repeat(4.0, 20), .. Enumerable.Repeat(5.0, 9)];
        double[] targets = [.. category.Select(c => c switch { 2 => 1.0, 3 => 3.0, _ => 9.0 })];
        Tree tree = Grow(targets, Rules, 2, (FeatureBins.Category(0, 6), category));
        Assert.Equal([2, 3], tree.LeftBuckets[0]!.Where(bucket => bucket >= 2));
        Assert.Equal([40, 29], tree.LeafRows);
    }

    [Fact]
    public void Grow_EqualFeatures_TakesTheFirst() =>
        Assert.Equal([0], Grow([1, 1, 9, 9], Rules, 2, Numbers(1, 2, 3, 4), Numbers(1, 2, 3, 4)).Feature);

    /// <summary>The histogram of the larger child is its parent's minus its sibling's; the leaves must agree with sums taken row by row, whatever number of features shares a pass.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(27)]
    [InlineData(32)]
    [InlineData(45)]
    public void Grow_LeafValues_AreTheMeansOfTheirRows(int columns)
    {
        var random = new SeededGenerator(8);
        const int Rows = 9000;
        (FeatureBins, double[])[] features = [.. Enumerable.Range(0, columns).Select(_ => Numbers([.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())]))];
        double[] targets = [.. Enumerable.Range(0, Rows).Select(i => features[1].Item2[i] * features[5].Item2[i] > 0.3 ? 3 + random.NextDouble() : random.NextDouble())];
        Tree tree = Grow(targets, Rules, 31, features);
        double[] sums = new double[31];
        for (int i = 0; i < Rows; i++)
        {
            int node = 0;
            while (node >= 0)
                node = features[tree.Feature[node]].Item2[i] <= tree.Threshold[node] ? tree.Left[node] : tree.Right[node];
            sums[~node] += targets[i] / 8;
        }
        for (int leaf = 0; leaf < 31; leaf++)
            Assert.Equal(sums[leaf] / tree.LeafRows[leaf], tree.LeafValue[leaf], 1e-8);
        Assert.Equal(Rows, tree.LeafRows.Sum());
    }

    private static (FeatureBins, double[]) Numbers(params double[] values) =>
        (FeatureBins.Numeric(0, QuantileEdges.Find([.. values.Where(v => !double.IsNaN(v)).Order()], 255)), values);

    /// <summary>Targets are divided by 8, so that gradients stay within what the format holds.</summary>
    private static Tree Grow(double[] targets, SplitRules rules, int maxLeaves, (FeatureBins Bins, double[] Values) first, params (FeatureBins Bins, double[] Values)[] others) =>
        Grow(targets, rules, maxLeaves, [first, .. others]);

    private static Tree Grow(double[] targets, SplitRules rules, int maxLeaves, (FeatureBins Bins, double[] Values) first, int maxDepth) =>
        Grow(targets, rules, maxLeaves, [first], maxDepth);

    private static Tree Grow(double[] targets, SplitRules rules, int maxLeaves, (FeatureBins Bins, double[] Values)[] features, int maxDepth = 0, int[]? directions = null)
    {
        FeatureBins[] bins = [.. features.Select((f, slot) => f.Bins.IsCategory ? FeatureBins.Category(slot, f.Bins.BinCount) : FeatureBins.Numeric(slot, f.Bins.Edges))];
        using var rows = new BinnedRows(bins, targets.Length);
        for (int f = 0; f < bins.Length; f++)
            bins[f].Assign(features[f].Values, rows.Column(f, 0, targets.Length));
        rows.FillGroups(0, targets.Length);
        var format = new GradientFormat(targets.Length, 0);
        var gradients = new AlignedLongs(targets.Length);
        format.Pack([.. targets.Select(target => -target / 8)], [.. targets.Select(_ => 1.0)], gradients.Span(0, targets.Length));
        var grower = new TreeGrower(rows, new GrowthLimits(maxLeaves, maxDepth), rules, format, directions, sampled: false, new WorkTeam(2));
        return grower.Grow(gradients, [.. Enumerable.Range(0, targets.Length)], [.. Enumerable.Range(0, bins.Length)], learningRate: 1);
    }
}

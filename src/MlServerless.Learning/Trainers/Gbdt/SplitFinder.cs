using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Finds the best split of a leaf by one feature from its histogram. Of equal gains the first found wins.</summary>
/// <param name="directions">Per feature 1 where predictions must not fall as it grows, −1 where they must not rise, 0 for no constraint; null where none has any.</param>
internal sealed unsafe class SplitFinder(GradientFormat format, SplitRules rules, int[]? directions)
{
    /// <summary>Categories with fewer rows in the leaf have no say in the order and stay on the right side.</summary>
    private const int MinCategoryRows = 10;

    /// <param name="sums">Pairs of one feature, one per bin.</param>
    public Split Find(int feature, FeatureBins bins, long* sums, LeafSums leaf) =>
        bins.IsCategory ? FindSubset(feature, bins, sums, leaf) : FindThreshold(feature, bins, sums, leaf);

    /// <summary>The value of a leaf before the learning rate, within its bounds.</summary>
    public double Value(LeafSums leaf) =>
        Math.Clamp(rules.LeafValue(format.Gradient(leaf.Gradient), format.Hessian(leaf.Hessian)), leaf.Lower, leaf.Upper);

    /// <summary>What is known of the two sides of a split: a constraint parts the values that they may take in the middle between theirs.</summary>
    public (LeafSums Left, LeafSums Right) Divide(LeafSums leaf, Split split)
    {
        LeafSums left = leaf with { Gradient = split.LeftGradient, Hessian = split.LeftHessian };
        LeafSums right = leaf with { Gradient = leaf.Gradient - split.LeftGradient, Hessian = leaf.Hessian - split.LeftHessian };
        int direction = directions is null ? 0 : directions[split.Feature];
        if (direction == 0)
            return (left, right);
        double middle = Value(left) / 2 + Value(right) / 2;
        return direction > 0
            ? (left with { Upper = middle }, right with { Lower = middle })
            : (left with { Lower = middle }, right with { Upper = middle });
    }

    private Split FindThreshold(int feature, FeatureBins bins, long* sums, LeafSums leaf)
    {
        Split best = Scan(feature, bins, sums, leaf, missingLeft: false, Split.None);
        if (sums[0] != 0)
            return Scan(feature, bins, sums, leaf, missingLeft: true, best);
        // Missing values that the leaf never saw follow the larger side.
        return best with { MissingLeft = 2L * format.Count(best.LeftHessian) >= format.Count(leaf.Hessian) };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Split Scan(int feature, FeatureBins bins, long* sums, LeafSums leaf, bool missingLeft, Split best)
    {
        double parent = ParentScore(leaf);
        int rows = format.Count(leaf.Hessian);
        int direction = directions is null ? 0 : directions[feature];
        long hessian = missingLeft ? sums[0] : 0;
        long gradient = missingLeft ? sums[1] : 0;
        double bestGain = Math.Max(best.Gain, rules.MinSplitGain);
        int bestBin = -1;
        long bestGradient = 0;
        long bestHessian = 0;
        for (int bin = 1; bin < bins.BinCount; bin++)
        {
            if (sums[2 * bin] == 0)
                continue;
            hessian += sums[2 * bin];
            gradient += sums[2 * bin + 1];
            int leftRows = format.Count(hessian);
            if (leftRows < rules.MinRowsPerLeaf)
                continue;
            if (rows - leftRows < rules.MinRowsPerLeaf)
                break;
            double gain = Gain(gradient, hessian, leaf, direction, parent);
            if (gain > bestGain)
                (bestGain, bestBin, bestGradient, bestHessian) = (gain, bin, gradient, hessian);
        }
        return bestBin < 0 ? best : new Split(feature, bestGain, bestBin, missingLeft, null, bestGradient, bestHessian);
    }

    private Split FindSubset(int feature, FeatureBins bins, long* sums, LeafSums leaf)
    {
        Span<CategoryRank> ranks = stackalloc CategoryRank[bins.BinCount];
        int count = 0;
        for (int bin = 0; bin < bins.BinCount; bin++)
        {
            long hessian = sums[2 * bin];
            if (format.Count(hessian) >= MinCategoryRows)
                ranks[count++] = new CategoryRank(format.Gradient(sums[2 * bin + 1]) / (format.Hessian(hessian) + rules.CategorySmoothing), bin);
        }
        ranks = ranks[..count];
        ranks.Sort();

        // Rows of small categories are always on the right, so it matters from which end the left side is filled.
        CategoryPrefix best = ScanPrefixes(ranks, sums, leaf, new CategoryPrefix(0, rules.MinSplitGain, 0, 0));
        double gainFromLow = best.Gain;
        ranks.Reverse();
        best = ScanPrefixes(ranks, sums, leaf, best);
        if (best.Length == 0)
            return Split.None;
        if (best.Gain == gainFromLow)
            ranks.Reverse();

        bool[] left = new bool[bins.BinCount];
        foreach (CategoryRank rank in ranks[..best.Length])
            left[rank.Bin] = true;
        // Buckets that the leaf never saw follow the larger side.
        bool unseenLeft = 2L * format.Count(best.Hessian) >= format.Count(leaf.Hessian);
        for (int bin = 0; bin < left.Length; bin++)
            left[bin] |= unseenLeft && sums[2 * bin] == 0;
        return new Split(feature, best.Gain, 0, left[FeatureBins.MissingBin], left, best.Gradient, best.Hessian);
    }

    /// <summary>The best of the splits that put the first categories on the left, up to half of them: the rest is found from the other end.</summary>
    private CategoryPrefix ScanPrefixes(ReadOnlySpan<CategoryRank> ranks, long* sums, LeafSums leaf, CategoryPrefix best)
    {
        double parent = ParentScore(leaf);
        int rows = format.Count(leaf.Hessian);
        long gradient = 0;
        long hessian = 0;
        for (int i = 0; i < (ranks.Length + 1) / 2; i++)
        {
            hessian += sums[2 * ranks[i].Bin];
            gradient += sums[2 * ranks[i].Bin + 1];
            int leftRows = format.Count(hessian);
            if (leftRows < rules.MinRowsPerLeaf)
                continue;
            if (rows - leftRows < rules.MinRowsPerLeaf)
                break;
            double gain = Gain(gradient, hessian, leaf, 0, parent);
            if (gain > best.Gain)
                best = new CategoryPrefix(i + 1, gain, gradient, hessian);
        }
        return best;
    }

    private double ParentScore(LeafSums leaf) => directions is null
        ? rules.Score(format.Gradient(leaf.Gradient), format.Hessian(leaf.Hessian))
        : rules.ScoreOf(Value(leaf), format.Gradient(leaf.Gradient), format.Hessian(leaf.Hessian));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Gain(long gradient, long hessian, LeafSums leaf, int direction, double parent)
    {
        double left = format.Hessian(hessian);
        double right = format.Hessian(leaf.Hessian - hessian);
        if (left < rules.MinChildWeight || right < rules.MinChildWeight)
            return double.NegativeInfinity;
        double leftGradient = format.Gradient(gradient);
        double rightGradient = format.Gradient(leaf.Gradient - gradient);
        if (directions is null)
            return rules.Score(leftGradient, left) + rules.Score(rightGradient, right) - parent;
        double leftValue = Math.Clamp(rules.LeafValue(leftGradient, left), leaf.Lower, leaf.Upper);
        double rightValue = Math.Clamp(rules.LeafValue(rightGradient, right), leaf.Lower, leaf.Upper);
        return direction * (rightValue - leftValue) < 0
            ? double.NegativeInfinity
            : rules.ScoreOf(leftValue, leftGradient, left) + rules.ScoreOf(rightValue, rightGradient, right) - parent;
    }

    /// <summary>So many of the ordered categories on the left, and their sums.</summary>
    private readonly record struct CategoryPrefix(int Length, double Gain, long Gradient, long Hessian);

    private readonly record struct CategoryRank(double Order, int Bin) : IComparable<CategoryRank>
    {
        public int CompareTo(CategoryRank other)
        {
            int order = Order.CompareTo(other.Order);
            return order != 0 ? order : Bin.CompareTo(other.Bin);
        }
    }
}

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Finds the best split of a leaf by one feature from its histogram. Of equal gains the first found wins.</summary>
internal sealed unsafe class SplitFinder(GradientFormat format, SplitRules rules)
{
    /// <summary>Categories with fewer rows in the leaf have no say in the order and stay on the right side.</summary>
    private const int MinCategoryRows = 10;

    /// <summary>Pulls the order of small categories towards the middle.</summary>
    private const double CategorySmoothing = 10;

    /// <param name="sums">Pairs of one feature, one per bin.</param>
    public Split Find(int feature, FeatureBins bins, long* sums, long gradientTotal, long hessianTotal) =>
        bins.IsCategory
            ? FindSubset(feature, bins, sums, gradientTotal, hessianTotal)
            : FindThreshold(feature, bins, sums, gradientTotal, hessianTotal);

    private Split FindThreshold(int feature, FeatureBins bins, long* sums, long gradientTotal, long hessianTotal)
    {
        bool hasMissing = sums[1] != 0;
        Split best = Scan(feature, bins, sums, gradientTotal, hessianTotal, false, Split.None);
        if (hasMissing)
            return Scan(feature, bins, sums, gradientTotal, hessianTotal, true, best);
        // Missing values that the leaf never saw follow the larger side.
        return best with { MissingLeft = 2L * format.Count(best.LeftHessian) >= format.Count(hessianTotal) };
    }

    private Split Scan(int feature, FeatureBins bins, long* sums, long gradientTotal, long hessianTotal, bool missingLeft, Split best)
    {
        double parent = rules.Score(format.Gradient(gradientTotal), format.Hessian(hessianTotal));
        int rows = format.Count(hessianTotal);
        long gradient = missingLeft ? sums[0] : 0;
        long hessian = missingLeft ? sums[1] : 0;
        double bestGain = Math.Max(best.Gain, rules.MinSplitGain);
        int bestBin = -1;
        long bestGradient = 0;
        long bestHessian = 0;
        for (int bin = 1; bin < bins.BinCount; bin++)
        {
            if (sums[2 * bin + 1] == 0)
                continue;
            gradient += sums[2 * bin];
            hessian += sums[2 * bin + 1];
            int leftRows = format.Count(hessian);
            if (leftRows < rules.MinRowsPerLeaf)
                continue;
            if (rows - leftRows < rules.MinRowsPerLeaf)
                break;
            double gain = Gain(gradient, hessian, gradientTotal, hessianTotal, parent);
            if (gain > bestGain)
                (bestGain, bestBin, bestGradient, bestHessian) = (gain, bin, gradient, hessian);
        }
        return bestBin < 0 ? best : new Split(feature, bestGain, bestBin, missingLeft, null, bestGradient, bestHessian);
    }

    private Split FindSubset(int feature, FeatureBins bins, long* sums, long gradientTotal, long hessianTotal)
    {
        Span<CategoryRank> ranks = stackalloc CategoryRank[bins.BinCount];
        int count = 0;
        for (int bin = 0; bin < bins.BinCount; bin++)
        {
            long hessian = sums[2 * bin + 1];
            if (format.Count(hessian) >= MinCategoryRows)
                ranks[count++] = new CategoryRank(format.Gradient(sums[2 * bin]) / (format.Hessian(hessian) + CategorySmoothing), bin);
        }
        ranks = ranks[..count];
        ranks.Sort();

        double parent = rules.Score(format.Gradient(gradientTotal), format.Hessian(hessianTotal));
        int rows = format.Count(hessianTotal);
        double bestGain = rules.MinSplitGain;
        int bestLength = 0;
        long gradientLeft = 0, hessianLeft = 0, bestGradient = 0, bestHessian = 0;
        for (int i = 0; i < count; i++)
        {
            gradientLeft += sums[2 * ranks[i].Bin];
            hessianLeft += sums[2 * ranks[i].Bin + 1];
            int leftRows = format.Count(hessianLeft);
            if (leftRows < rules.MinRowsPerLeaf)
                continue;
            if (rows - leftRows < rules.MinRowsPerLeaf)
                break;
            double gain = Gain(gradientLeft, hessianLeft, gradientTotal, hessianTotal, parent);
            if (gain > bestGain)
                (bestGain, bestLength, bestGradient, bestHessian) = (gain, i + 1, gradientLeft, hessianLeft);
        }
        if (bestLength == 0)
            return Split.None;

        bool[] left = new bool[bins.BinCount];
        foreach (CategoryRank rank in ranks[..bestLength])
            left[rank.Bin] = true;
        // Buckets that the leaf never saw follow the larger side.
        bool unseenLeft = 2L * format.Count(bestHessian) >= rows;
        for (int bin = 0; bin < left.Length; bin++)
            left[bin] |= unseenLeft && sums[2 * bin + 1] == 0;
        return new Split(feature, bestGain, 0, left[FeatureBins.MissingBin], left, bestGradient, bestHessian);
    }

    private double Gain(long gradient, long hessian, long gradientTotal, long hessianTotal, double parent)
    {
        double left = format.Hessian(hessian);
        double right = format.Hessian(hessianTotal - hessian);
        return left < rules.MinChildWeight || right < rules.MinChildWeight
            ? double.NegativeInfinity
            : rules.Score(format.Gradient(gradient), left) + rules.Score(format.Gradient(gradientTotal - gradient), right) - parent;
    }

    private readonly record struct CategoryRank(double Order, int Bin) : IComparable<CategoryRank>
    {
        public int CompareTo(CategoryRank other)
        {
            int order = Order.CompareTo(other.Order);
            return order != 0 ? order : Bin.CompareTo(other.Bin);
        }
    }
}

namespace MlServerless.Data;

/// <summary>Whether two rows of counts may come from one distribution.</summary>
internal static class HomogeneityTest
{
    /// <summary>Below this the chi-squared distribution is no good approximation (Cochran 1954).</summary>
    private const double SmallestExpected = 5;

    /// <summary>
    /// The p-value of Pearson's chi-squared test. Bins too rare for it are pooled; where even the pool is too rare, an exact
    /// binomial test judges the pool, and the smaller of the two p-values counts twice (Bonferroni), so that a few rows of a
    /// category which the reference lacks are noticed.
    /// </summary>
    internal static double PValue(FeatureBins bins)
    {
        double referenceTotal = bins.Reference.Sum();
        double currentTotal = bins.Current.Sum();
        if (referenceTotal == 0 || currentTotal == 0)
            return 1;
        double smallerShare = Math.Min(referenceTotal, currentTotal) / (referenceTotal + currentTotal);
        double currentShare = currentTotal / (referenceTotal + currentTotal);
        double statistic = 0;
        int tested = 0;
        (long Reference, long Current) pool = default;
        for (int i = 0; i < bins.Names.Count; i++)
        {
            (long reference, long current) = (bins.Reference[i], bins.Current[i]);
            if ((reference + current) * smallerShare < SmallestExpected)
                pool = (pool.Reference + reference, pool.Current + current);
            else
                Test(reference, current);
        }

        double rare = 1;
        long pooled = pool.Reference + pool.Current;
        if (pooled * smallerShare >= SmallestExpected)
            Test(pool.Reference, pool.Current);
        else if (pooled > 0)
            rare = BinomialTest(pooled, currentTotal <= referenceTotal ? pool.Current : pool.Reference, smallerShare);
        double common = tested > 1 ? ChiSquared.Survival(statistic, tested - 1) : 1;
        return pooled == 0 || rare == 1 ? common : Math.Min(1, 2 * Math.Min(common, rare));

        void Test(long reference, long current)
        {
            double expected = (reference + current) * currentShare;
            double other = (reference + current) - expected;
            statistic += (current - expected) * (current - expected) / expected + (reference - other) * (reference - other) / other;
            tested++;
        }
    }

    /// <summary>Benjamini and Hochberg (1995): p-values under which the expected part of false discoveries stays below the level they are compared with.</summary>
    internal static double[] Adjust(IReadOnlyList<double> pValues)
    {
        int[] order = [.. Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i])];
        double[] adjusted = new double[pValues.Count];
        double smallest = 1;
        for (int rank = order.Length; rank >= 1; rank--)
        {
            smallest = Math.Min(smallest, pValues[order[rank - 1]] * order.Length / rank);
            adjusted[order[rank - 1]] = smallest;
        }

        return adjusted;
    }

    /// <summary>Two-sided, by twice the smaller tail. Trials × chance is below 5, so that the first term does not underflow.</summary>
    private static double BinomialTest(long trials, long successes, double chance)
    {
        double odds = chance / (1 - chance);
        double term = DeterministicMath.Exp(trials * DeterministicMath.Log1p(-chance));
        double below = 0;
        for (long i = 0; i < successes; i++)
        {
            below += term;
            term *= odds * ((trials - i) / (double)(i + 1));
        }

        double lower = Math.Min(1, below + term);
        double upper = 0;
        for (long i = successes; i <= trials && term > upper * 1e-17; i++)
        {
            upper += term;
            term *= odds * ((trials - i) / (double)(i + 1));
        }

        return Math.Min(1, 2 * Math.Min(lower, upper));
    }
}

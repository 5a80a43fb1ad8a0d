namespace MlServerless.Data;

/// <summary>Distances between two distributions over the same bins.</summary>
internal sealed class BinDistances
{
    /// <summary>Every bin counts this much more, so that empty ones have a logarithm (Jeffreys' prior).</summary>
    private const double Prior = 0.5;

    internal BinDistances(FeatureBins bins)
    {
        double referenceTotal = bins.Reference.Sum();
        double currentTotal = bins.Current.Sum();
        double prior = Prior * bins.Names.Count;
        double divergence = 0;
        for (int i = 0; i < bins.Names.Count; i++)
        {
            double p = (bins.Reference[i] + Prior) / (referenceTotal + prior);
            double q = (bins.Current[i] + Prior) / (currentTotal + prior);
            Psi += (q - p) * DeterministicMath.Log(q / p);
            double middle = (p + q) * 0.5;
            divergence += 0.5 * (p * DeterministicMath.Log(p / middle) + q * DeterministicMath.Log(q / middle));

            double change = Share(bins.Current[i], currentTotal) - Share(bins.Reference[i], referenceTotal);
            if (Math.Abs(change) > LInfinity)
            {
                LInfinity = Math.Abs(change);
                Largest = i;
            }
        }

        const double ln2 = 0.693147180559945286;
        JensenShannon = Math.Sqrt(Math.Clamp(divergence / ln2, 0, 1));
    }

    internal double Psi { get; }

    internal double JensenShannon { get; }

    internal double LInfinity { get; }

    /// <summary>The bin whose share changed most.</summary>
    internal int Largest { get; }

    private static double Share(long count, double total) => total == 0 ? 0 : count / total;
}

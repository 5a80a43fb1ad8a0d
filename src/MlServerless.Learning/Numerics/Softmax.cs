using MlServerless.Data;

namespace MlServerless.Learning.Numerics;

/// <summary>Probabilities from unnormalised log-probabilities.</summary>
internal static class Softmax
{
    /// <summary>Replaces scores by probabilities that sum to 1.</summary>
    public static void InPlace(Span<double> scores)
    {
        double max = Max(scores);
        double sum = 0;
        for (int k = 0; k < scores.Length; k++)
        {
            scores[k] = DeterministicMath.Exp(scores[k] - max);
            sum += scores[k];
        }
        for (int k = 0; k < scores.Length; k++)
            scores[k] /= sum;
    }

    /// <summary>The logarithm of the sum of the exponentials.</summary>
    public static double LogSumExp(ReadOnlySpan<double> scores)
    {
        double max = Max(scores);
        double sum = 0;
        foreach (double score in scores)
            sum += DeterministicMath.Exp(score - max);
        return max + DeterministicMath.Log(sum);
    }

    private static double Max(ReadOnlySpan<double> scores)
    {
        double max = scores[0];
        foreach (double score in scores)
            max = Math.Max(max, score);
        return max;
    }
}

using MlServerless.Data;

namespace MlServerless.Learning.Metrics;

/// <summary>The log-loss of one prediction.</summary>
internal static class LogLossTerm
{
    private const double Clip = 1e-15;

    /// <summary>Minus the logarithm of the probability given to what happened, which is kept within 1e-15 of 0 and 1.</summary>
    public static double Of(double probability) => -DeterministicMath.Log(Math.Clamp(probability, Clip, 1 - Clip));
}

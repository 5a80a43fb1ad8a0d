using MlServerless.Data;

namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>What the sketches of all processes say of a canary and of the champion beside it.</summary>
/// <param name="Requests">Answered calls.</param>
/// <param name="Errors">Calls that were refused or failed.</param>
/// <param name="Predictions">Its predictions against those on its own validation part; null where there is nothing to compare, or too little.</param>
public sealed record CanaryEvidence(int Version, long Requests, long Errors, long Rows, FeatureDrift? Predictions)
{
    public long Calls => Requests + Errors;

    public double ErrorRate => Calls == 0 ? 0 : (double)Errors / Calls;
}

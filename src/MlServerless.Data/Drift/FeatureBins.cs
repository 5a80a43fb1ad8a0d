namespace MlServerless.Data;

/// <summary>How many rows of reference and current data fall into each of the bins that the reference defines.</summary>
/// <param name="Reference">Bin by bin, missing values last.</param>
/// <param name="Current">The same of the current data.</param>
/// <param name="Names">What the bins hold, in words.</param>
internal sealed record FeatureBins(IReadOnlyList<long> Reference, IReadOnlyList<long> Current, IReadOnlyList<string> Names)
{
    internal FeatureBins With(string name, long reference, long current) =>
        new([.. Reference, reference], [.. Current, current], [.. Names, name]);
}

using System.Globalization;

namespace MlServerless.Data;

/// <summary>The figures of one column before they are judged.</summary>
internal sealed class FeatureComparison
{
    private readonly ColumnSketch reference;
    private readonly BinDistances distances;
    private readonly FeatureBins bins;
    private readonly double? wasserstein;
    private readonly double? kolmogorovSmirnov;
    private readonly double? outOfRangeRate;
    private readonly double? unseenRate;
    private readonly bool unseenCounts;
    private readonly double referenceMissing;
    private readonly double currentMissing;

    private FeatureComparison(ColumnSketch reference, ColumnSketch current)
    {
        this.reference = reference;
        FeatureBins present;
        if (reference.Type == ColumnType.Category)
        {
            var categories = new CategoryBinning(reference.Categories, current.Categories);
            present = categories.Bins();
            unseenRate = Math.Min(1, Rate(categories.Unseen(), current.Rows));
            unseenCounts = categories.ReferenceIsComplete;
        }
        else
        {
            var numbers = new NumericBinning(reference.Numbers, current.Numbers, reference.Type);
            present = numbers.Bins();
            outOfRangeRate = Rate(numbers.OutOfRange, current.Rows);
            wasserstein = numbers.CanCompare ? numbers.Wasserstein() : null;
            kolmogorovSmirnov = numbers.CanCompare ? numbers.KolmogorovSmirnov() : null;
        }

        bins = present.With("missing values", reference.Missing, current.Missing);
        distances = new BinDistances(bins);
        referenceMissing = Rate(reference.Missing, reference.Rows);
        currentMissing = Rate(current.Missing, current.Rows);
        PValue = HomogeneityTest.PValue(bins);
    }

    internal double PValue { get; }

    internal static FeatureComparison Of(ColumnSketch reference, ColumnSketch current) => new(reference, current);

    internal FeatureDrift Judge(double adjustedPValue, bool enough, DriftOptions options)
    {
        bool significant = adjustedPValue < options.Significance;
        List<string> exceeded = Exceeded(options, 1);
        string verdict = !enough ? DriftVerdicts.InsufficientData
            : significant && exceeded.Count > 0 ? DriftVerdicts.Drift
            : significant && Exceeded(options, options.WatchFraction).Count > 0 ? DriftVerdicts.Watch
            : DriftVerdicts.Ok;
        return new FeatureDrift
        {
            Name = reference.Name,
            Type = reference.Type,
            Verdict = verdict,
            Drifted = verdict == DriftVerdicts.Drift,
            Reason = Reason(verdict, exceeded, significant, adjustedPValue, options),
            Psi = distances.Psi,
            JensenShannon = distances.JensenShannon,
            LInfinity = distances.LInfinity,
            Wasserstein = wasserstein,
            KolmogorovSmirnov = kolmogorovSmirnov,
            ReferenceMissingRate = referenceMissing,
            CurrentMissingRate = currentMissing,
            OutOfRangeRate = outOfRangeRate,
            UnseenRate = unseenRate,
            PValue = adjustedPValue,
            Bins = options.KeepBins ? [.. bins.Names.Select((name, i) => new BinCount(name, bins.Reference[i], bins.Current[i]))] : null,
        };
    }

    private static double Rate(double count, long rows) => rows == 0 ? 0 : count / rows;

    private List<string> Exceeded(DriftOptions options, double fraction)
    {
        var exceeded = new List<string>();
        if (Math.Abs(currentMissing - referenceMissing) >= options.RateChange * fraction)
            exceeded.Add($"missing values went from {Findings.Percent(referenceMissing)} to {Findings.Percent(currentMissing)}");
        if (unseenCounts && unseenRate >= options.UnseenRate * fraction)
            exceeded.Add($"{Findings.Percent(unseenRate.Value)} of the rows have a category that the reference lacks");
        if (outOfRangeRate >= options.RateChange * fraction)
            exceeded.Add($"{Findings.Percent(outOfRangeRate.Value)} of the rows lie outside the range of the reference");
        if (distances.Psi >= options.Psi * fraction)
            exceeded.Add($"PSI {Text(distances.Psi)} (band {Text(options.Psi)})");
        if (wasserstein >= options.Wasserstein * fraction)
            exceeded.Add($"values moved by {Text(wasserstein.Value)} standard deviations (band {Text(options.Wasserstein)})");
        return exceeded;
    }

    private string Reason(string verdict, List<string> exceeded, bool significant, double pValue, DriftOptions options)
    {
        if (verdict == DriftVerdicts.InsufficientData)
            return "too few rows for a verdict";
        string significance = pValue < 0.0001 ? "p < 0.0001" : $"p = {Text(pValue)}";
        if (verdict == DriftVerdicts.Drift)
            return $"{Join(exceeded)}; {Change()}; {significance}";
        if (verdict == DriftVerdicts.Watch)
            return $"below its bands, but no chance: {Join(Exceeded(options, options.WatchFraction))}; {Change()}; {significance}";
        if (exceeded.Count > 0 && !significant)
            return $"{Join(exceeded)}, but that may be chance ({significance})";
        return $"within its bands (PSI {Text(distances.Psi)})";
    }

    /// <summary>Where it changed most.</summary>
    private string Change()
    {
        int i = distances.Largest;
        return $"largest change: {bins.Names[i]}, {Share(bins.Reference)} to {Share(bins.Current)}";

        string Share(IReadOnlyList<long> counts) => Findings.Percent(Rate(counts[i], counts.Sum()));
    }

    private static string Join(List<string> parts) => string.Join("; ", parts);

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}

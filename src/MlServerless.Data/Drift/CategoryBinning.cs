namespace MlServerless.Data;

/// <summary>Categories in bins of the reference.</summary>
internal sealed class CategoryBinning
{
    private const int NamedBins = 20;

    private readonly SampledValues<HashBins> reference;
    private readonly SampledValues<HashBins> current;
    private readonly List<ValueCount> referenceValues;
    private readonly List<ValueCount> currentValues;

    internal CategoryBinning(SampledValues<HashBins> reference, SampledValues<HashBins> current)
    {
        this.reference = reference;
        this.current = current;
        referenceValues = reference.Sample.ToList();
        currentValues = current.Sample.ToList();
    }

    /// <summary>Whether every category of the reference is known, so that one can be called new.</summary>
    internal bool ReferenceIsComplete => reference.Summary is null;

    internal FeatureBins Bins() => reference.Summary is null && current.Summary is null ? BinsByName() : BinsByHash();

    /// <summary>How many current values the reference lacks; an estimate where only a sample of the values is counted.</summary>
    internal double Unseen()
    {
        var seen = referenceValues.Select(value => value.Value).ToHashSet(StringComparer.Ordinal);
        ulong threshold = Math.Min(reference.Sample.Threshold, current.Sample.Threshold);
        long unseen = currentValues.Where(value => value.Hash <= threshold && !seen.Contains(value.Value)).Sum(value => value.Count);
        return threshold == ulong.MaxValue ? unseen : unseen / (threshold * (1.0 / 18446744073709551616.0));
    }

    private FeatureBins BinsByName()
    {
        var counts = currentValues.ToDictionary(value => value.Value, value => value.Count, StringComparer.Ordinal);
        List<ValueCount> ordered = [.. referenceValues.OrderByDescending(value => value.Count)];
        var bins = new FeatureBins([], [], []);
        foreach (ValueCount value in ordered.Take(NamedBins))
            bins = bins.With($"'{value.Value}'", value.Count, counts.GetValueOrDefault(value.Value));
        if (ordered.Count > NamedBins)
            bins = bins.With(
                "other known categories",
                ordered.Skip(NamedBins).Sum(value => value.Count),
                ordered.Skip(NamedBins).Sum(value => counts.GetValueOrDefault(value.Value)));
        return bins.With("new categories", 0, (long)Unseen());
    }

    private FeatureBins BinsByHash()
    {
        long[] referenceCounts = Summarize(reference);
        return new FeatureBins(referenceCounts, Summarize(current), [.. referenceCounts.Select(_ => "some of many categories")]);
    }

    private static long[] Summarize(SampledValues<HashBins> values)
    {
        if (values.Summary is { } summary)
            return summary.Counts;
        var bins = new HashBins();
        values.Sample.SummarizeInto(bins);
        return bins.Counts;
    }
}

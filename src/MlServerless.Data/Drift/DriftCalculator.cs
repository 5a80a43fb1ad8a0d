namespace MlServerless.Data;

/// <summary>Compares current data with a reference, column by column.</summary>
public static class DriftCalculator
{
    /// <summary>
    /// Compares two sketches. A feature drifts if one of its figures exceeds its band and its test rejects, too: neither a large
    /// difference in a few rows nor a significant trifle in millions is drift. Below the minimum of rows on either side the
    /// verdict is "insufficient data", whatever the figures.
    /// </summary>
    /// <param name="reference">Defines the columns and the bins.</param>
    /// <param name="current">Columns that it lacks count as missing in every row; others are not looked at.</param>
    /// <param name="options">The bands.</param>
    public static DriftResult Compare(TableSketch reference, TableSketch current, DriftOptions options)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(options);
        long least = Math.Min(reference.Rows, current.Rows);
        bool enough = least >= options.MinimumRows && least > 0;
        FeatureComparison[] comparisons = [.. reference.Columns.Select(column => FeatureComparison.Of(column, Counterpart(column, current)))];
        double[] adjusted = HomogeneityTest.Adjust([.. comparisons.Select(comparison => comparison.PValue)]);
        FeatureDrift[] features = [.. comparisons.Select((comparison, i) => comparison.Judge(adjusted[i], enough, options))];
        return new DriftResult
        {
            Verdict = Verdict(features, enough),
            Reason = Reason(features, enough, reference.Rows, current.Rows, options),
            ReferenceRows = reference.Rows,
            CurrentRows = current.Rows,
            Features = features,
        };
    }

    private static ColumnSketch Counterpart(ColumnSketch column, TableSketch current)
    {
        if (current.Find(column.Name) is { } found)
        {
            return found.Type == column.Type
                ? found
                : throw new ArgumentException($"The column '{column.Name}' is of type {column.Type} in the reference and {found.Type} in the current data.", nameof(current));
        }

        var absent = new ColumnSketch(column.Name, column.Type);
        absent.AddMissing(current.Rows);
        return absent;
    }

    private static string Verdict(FeatureDrift[] features, bool enough)
    {
        if (!enough)
            return DriftVerdicts.InsufficientData;
        if (features.Any(feature => feature.Drifted))
            return DriftVerdicts.Drift;
        return features.Any(feature => feature.Verdict == DriftVerdicts.Watch) ? DriftVerdicts.Watch : DriftVerdicts.Ok;
    }

    private static string Reason(FeatureDrift[] features, bool enough, long referenceRows, long currentRows, DriftOptions options)
    {
        if (!enough)
            return $"{currentRows} current and {referenceRows} reference rows; {options.MinimumRows} of each are needed for a verdict.";
        string[] drifted = Names(DriftVerdicts.Drift);
        string[] watched = Names(DriftVerdicts.Watch);
        if (drifted.Length == 0 && watched.Length == 0)
            return $"None of {features.Length} features differs from the reference by more than its bands allow.";
        string text = drifted.Length > 0 ? $"{drifted.Length} of {features.Length} features drift: {List(drifted)}." : $"No feature drifts; watched: {List(watched)}.";
        return drifted.Length > 0 && watched.Length > 0 ? $"{text} Watched: {List(watched)}." : text;

        string[] Names(string verdict) => [.. features.Where(feature => feature.Verdict == verdict).OrderByDescending(feature => feature.Psi).Select(feature => feature.Name)];
        static string List(string[] names) => names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more";
    }
}

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
    public static DriftResult Compare(TableSketch reference, TableSketch current, DriftOptions options) => Compare(reference, current, null, null, null, options);

    /// <summary>
    /// The same with the model's predictions, which are one more hypothesis of the same family: adding them does not add false alarms.
    /// </summary>
    /// <param name="reference">Defines the columns and the bins.</param>
    /// <param name="current">Columns that it lacks count as missing in every row; others are not looked at.</param>
    /// <param name="referencePredictions">One column; null where there is nothing to compare.</param>
    /// <param name="currentPredictions">One column; null where there is nothing to compare.</param>
    /// <param name="weights">
    /// What part of the model's decisions rests on each feature, in sum 1; null for not known. Features that drift and together have less than
    /// <see cref="DriftOptions.MinimumWeight"/> are watched: the model hardly looks at them. One that is not named has weight 0.
    /// </param>
    /// <param name="options">The bands.</param>
    public static DriftResult Compare(
        TableSketch reference,
        TableSketch current,
        TableSketch? referencePredictions,
        TableSketch? currentPredictions,
        IReadOnlyDictionary<string, double>? weights,
        DriftOptions options)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(options);
        long least = Math.Min(reference.Rows, current.Rows);
        bool enough = least >= options.MinimumRows && least > 0;
        var comparisons = reference.Columns.Select(column => FeatureComparison.Of(column, Counterpart(column, current))).ToList();
        bool withPredictions = referencePredictions is { Rows: > 0 } && currentPredictions is { Rows: > 0 };
        if (withPredictions)
            comparisons.Add(FeatureComparison.Of(referencePredictions!.Columns[0], Counterpart(referencePredictions.Columns[0], currentPredictions!)));
        double[] adjusted = HomogeneityTest.Adjust([.. comparisons.Select(comparison => comparison.PValue)]);
        FeatureDrift[] judged = [.. comparisons.Select((comparison, i) => comparison.Judge(adjusted[i], enough, options))];
        FeatureDrift[] features = judged[..reference.Columns.Count];
        FeatureDrift? predictions = withPredictions ? judged[^1] : null;
        bool light = weights is not null && features.Any(feature => feature.Drifted)
            && features.Where(feature => feature.Drifted).Sum(feature => weights.GetValueOrDefault(feature.Name)) < options.MinimumWeight;
        return new DriftResult
        {
            Verdict = Verdict(judged, features, predictions, light, enough),
            Reason = Reason(features, predictions, light, enough, reference.Rows, current.Rows, options),
            ReferenceRows = reference.Rows,
            CurrentRows = current.Rows,
            Features = features,
            Predictions = predictions,
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

    private static string Verdict(FeatureDrift[] judged, FeatureDrift[] features, FeatureDrift? predictions, bool light, bool enough)
    {
        if (!enough)
            return DriftVerdicts.InsufficientData;
        if (predictions is { Drifted: true } || (!light && features.Any(feature => feature.Drifted)))
            return DriftVerdicts.Drift;
        return judged.Any(feature => feature.Verdict is DriftVerdicts.Drift or DriftVerdicts.Watch) ? DriftVerdicts.Watch : DriftVerdicts.Ok;
    }

    private static string Reason(FeatureDrift[] features, FeatureDrift? predictions, bool light, bool enough, long referenceRows, long currentRows, DriftOptions options)
    {
        if (!enough)
            return $"{currentRows} current and {referenceRows} reference rows; {options.MinimumRows} of each are needed for a verdict.";
        string[] drifted = Names(DriftVerdicts.Drift);
        string[] watched = Names(DriftVerdicts.Watch);
        var sentences = new List<string>();
        if (drifted.Length > 0)
            sentences.Add(light ? $"{drifted.Length} of {features.Length} features drift that the model hardly looks at: {List(drifted)}." : $"{drifted.Length} of {features.Length} features drift: {List(drifted)}.");
        if (predictions is { Verdict: DriftVerdicts.Drift or DriftVerdicts.Watch })
            sentences.Add(predictions.Drifted ? "The predictions drift." : "The predictions are watched.");
        if (watched.Length > 0)
            sentences.Add(drifted.Length > 0 ? $"Watched: {List(watched)}." : $"No feature drifts; watched: {List(watched)}.");
        return sentences.Count > 0 ? string.Join(' ', sentences) : $"None of {features.Length} features differs from the reference by more than its bands allow.";

        string[] Names(string verdict) => [.. features.Where(feature => feature.Verdict == verdict).OrderByDescending(feature => feature.Psi).Select(feature => feature.Name)];
        static string List(string[] names) => names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more";
    }
}

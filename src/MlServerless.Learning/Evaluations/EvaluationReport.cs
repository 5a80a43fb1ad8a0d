namespace MlServerless.Learning.Evaluations;

/// <summary>How good a model is on rows that it was not fitted on. Equal model, rows and settings give an equal report.</summary>
public sealed record EvaluationReport
{
    public required LearningTask Task { get; init; }

    /// <summary>All rows of the hold-out.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows without a label, or with one that the model does not know; they are not measured.</summary>
    public required long Unlabelled { get; init; }

    /// <summary>Of all intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>The probability from which a row counts as predicted positive; null for other than binary tasks.</summary>
    public double? Threshold { get; init; }

    public ErrorCosts? Costs { get; init; }

    /// <summary>Classes in the model's order; empty for a regression.</summary>
    public IReadOnlyList<string> ClassLabels { get; init; } = [];

    /// <summary>Metrics by name; one that is not defined for these rows is absent.</summary>
    public required IReadOnlyDictionary<string, MetricEstimate> Metrics { get; init; }

    /// <summary>Null for a regression.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>The classes of <see cref="Confusion"/>; empty for a regression.</summary>
    public IReadOnlyList<ClassFigures> Classes { get; init; } = [];

    public required Calibration Calibration { get; init; }

    /// <summary>The columns that were asked for.</summary>
    public IReadOnlyList<SlicedColumn> Slices { get; init; } = [];

    /// <summary>Of the slices of all features, those on which the model is worse than elsewhere, the worst first.</summary>
    public IReadOnlyList<WeakSlice> WeakSlices { get; init; } = [];

    /// <summary>How many slices of how many columns the search looked at.</summary>
    public required SliceSearch Search { get; init; }

    /// <summary>The rows with the largest losses, the largest first.</summary>
    public IReadOnlyList<SurprisingRow> Surprising { get; init; } = [];

    /// <summary>The model's inputs in the hold-out.</summary>
    public IReadOnlyList<InputCoverage> Coverage { get; init; } = [];
}

namespace MlServerless.Pipelines.Specs;

/// <summary>How the hold-out is evaluated.</summary>
public sealed record EvaluationSpec
{
    public const int DefaultMinSliceRows = 50;

    /// <summary>Columns by which the figures are told apart; they need not be features.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Of a binary task: the probability from which a row counts as predicted positive in metrics. Answers to predictions hold the probability, and their label turns at one half.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Slices with fewer rows have no metrics, and values with fewer are put together as rare.</summary>
    public int MinSliceRows { get; init; } = DefaultMinSliceRows;

    /// <summary>Of intervals; 1 minus it is the level of tests.</summary>
    public double Confidence { get; init; } = 0.95;
}

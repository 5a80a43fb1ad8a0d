namespace MlServerless.Pipelines.Specs;

/// <summary>How rows are parted. Changing anything here starts a new line of comparison: hold-out scores before and after do not compare.</summary>
public sealed record SplitSpec
{
    public string Salt { get; init; } = "1";

    /// <summary>Fraction of rows that choose among candidates.</summary>
    public double Validation { get; init; } = 0.2;

    /// <summary>Fraction of rows that only gate.</summary>
    public double HoldOut { get; init; } = 0.2;
}

namespace MlServerless.Pipelines.Specs;

/// <summary>Which columns are features: those included (null: all that are neither label nor key), less those excluded.</summary>
public sealed record FeatureSelection
{
    public IReadOnlyList<string>? Include { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];
}

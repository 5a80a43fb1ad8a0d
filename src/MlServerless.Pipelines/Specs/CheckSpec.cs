namespace MlServerless.Pipelines.Specs;

/// <summary>What a data version must have to be trained on, besides its schema.</summary>
public sealed record CheckSpec
{
    public int MinimumRows { get; init; } = 100;
}

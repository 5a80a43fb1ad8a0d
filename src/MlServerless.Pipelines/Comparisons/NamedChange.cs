namespace MlServerless.Pipelines.Comparisons;

/// <summary>Something that has a name and differs.</summary>
/// <param name="A">Null where it is not known of a.</param>
/// <param name="B">Null where it is not known of b.</param>
public sealed record NamedChange(string Name, string? A, string? B);

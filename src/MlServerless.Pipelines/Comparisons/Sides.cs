namespace MlServerless.Pipelines.Comparisons;

/// <summary>The same of both runs.</summary>
public sealed record Sides<T>(T A, T B);

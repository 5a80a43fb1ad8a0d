namespace MlServerless.Pipelines.Comparisons;

/// <summary>How many rows a gave one class and b another.</summary>
public sealed record FlipCount(string A, string B, long Rows);

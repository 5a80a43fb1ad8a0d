namespace MlServerless.Data;

/// <summary>The text of a value in one version and in the other; empty where it is missing.</summary>
public sealed record CellChange(string Column, string Before, string After);

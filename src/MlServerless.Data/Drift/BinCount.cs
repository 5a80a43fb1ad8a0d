namespace MlServerless.Data;

/// <summary>How many rows of each side fall into one bin of a comparison.</summary>
/// <param name="Name">What it holds, in words.</param>
public sealed record BinCount(string Name, long Reference, long Current);

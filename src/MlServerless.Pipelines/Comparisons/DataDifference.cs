using MlServerless.Data;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>The data of both runs.</summary>
/// <param name="Same">Whether it is one data version.</param>
/// <param name="Schema">What the schemas by which they were read say differently; null where one is not known.</param>
/// <param name="Distributions">How far b's columns are from a's; null where <paramref name="NoDistributions"/> says why.</param>
/// <param name="NoDistributions">Null where there are distributions.</param>
public sealed record DataDifference(bool Same, DataSide A, DataSide B, IReadOnlyList<SchemaChange>? Schema, DriftResult? Distributions, string? NoDistributions);

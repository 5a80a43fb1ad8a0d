namespace MlServerless.Pipelines.Catalog;

/// <summary>Arrivals, the newest first, and where the list goes on.</summary>
/// <param name="Next">Null at the end.</param>
public sealed record DataLineagePage(IReadOnlyList<DataLineage> Arrivals, string? Next);

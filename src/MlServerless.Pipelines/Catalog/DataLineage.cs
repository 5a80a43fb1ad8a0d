using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>One arrival of a data version, and what was made from it.</summary>
/// <param name="Runs">On the arrival's own version, on the window that ends with it, and on either by choice; the oldest first.</param>
/// <param name="Window">The window that the arrival's own run was trained on, and what it holds; null where that is the arrival alone.</param>
public sealed record DataLineage(DataVersionRecord Arrival, IReadOnlyList<RunRecord> Runs, WindowRecord? Window, WindowComposition? Composition);

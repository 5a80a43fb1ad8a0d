namespace MlServerless.Pipelines.Runs;

/// <summary>Runs, and where the list goes on.</summary>
/// <param name="Next">Null at the end.</param>
public sealed record RunPage(IReadOnlyList<RunRecord> Runs, string? Next);

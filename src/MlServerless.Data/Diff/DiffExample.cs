namespace MlServerless.Data;

/// <summary>A row that was added, removed or changed.</summary>
/// <param name="Values">Its values in the key columns; without a key in the first <see cref="DataDiff.MaxExampleColumns"/> of the compared columns. Long ones end in "…".</param>
/// <param name="BeforeRow">Its 1-based number among the data rows of the version before; null where it is not in it.</param>
/// <param name="AfterRow">The same in the version after.</param>
/// <param name="Changes">What changed, at most <see cref="DataDiff.MaxExampleColumns"/> columns.</param>
public sealed record DiffExample(IReadOnlyList<string> Values, long? BeforeRow, long? AfterRow, IReadOnlyList<CellChange> Changes);

namespace MlServerless.Data;

/// <summary>The rows of one of two versions.</summary>
/// <param name="Rows">All data rows, those kept out included.</param>
/// <param name="RejectedRows">Those kept out, which are not compared.</param>
/// <param name="DuplicateKeys">How many keys (without key columns: contents) more than one row has.</param>
/// <param name="DuplicateRows">How many rows there are beyond the first of their key.</param>
public sealed record DiffRows(long Rows, long RejectedRows, long DuplicateKeys, long DuplicateRows);

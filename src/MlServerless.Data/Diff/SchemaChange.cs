namespace MlServerless.Data;

/// <summary>One thing that two schemas say differently.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Member">The member of <see cref="ColumnSchema"/> in JSON; <c>column</c> where one schema lacks the column.</param>
/// <param name="Before">What it was; null where it was left open or the column was not there.</param>
/// <param name="After">What it is; null where it is left open or the column is gone.</param>
public sealed record SchemaChange(string Column, string Member, string? Before, string? After);

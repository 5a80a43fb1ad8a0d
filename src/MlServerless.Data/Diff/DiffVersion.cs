namespace MlServerless.Data;

/// <summary>One of the data versions that are compared.</summary>
/// <param name="Parts">In order. Files may have different columns: a row is missing what its file lacks.</param>
/// <param name="Schema">Types of the columns, which decide with the form of a row whether it is kept out.</param>
/// <param name="Rows">How many rows there will be, where that is known; only spares memory.</param>
public sealed record DiffVersion(IReadOnlyList<PartSource> Parts, DataSchema Schema, long Rows = 0);

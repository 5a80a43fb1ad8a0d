namespace MlServerless.Data;

/// <summary>The rows of a data version, split; within each part in the order of the file.</summary>
public sealed record SplitTables(Table Train, Table Validation, Table HoldOut);

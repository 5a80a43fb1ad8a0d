namespace MlServerless.Pipelines.Ports;

/// <summary>One change in a transaction over rows of one partition.</summary>
public sealed record RowChange(RowChangeKind Kind, Row Row);

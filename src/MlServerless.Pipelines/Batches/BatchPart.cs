namespace MlServerless.Pipelines.Batches;

/// <summary>A range of bytes of an input that begins and ends with rows.</summary>
/// <param name="FirstRow">The number of its first row, from 1.</param>
public sealed record BatchPart(long Start, int Bytes, long FirstRow, long Rows);

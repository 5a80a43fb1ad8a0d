namespace MlServerless.Data;

/// <summary>How many values lie from (inclusive) to (exclusive; inclusive for the last bin).</summary>
public sealed record HistogramBin(double From, double To, long Count);

namespace MlServerless.Data;

/// <summary>A <see cref="NumberScan"/> as JSON.</summary>
internal sealed record NumberScanDocument(long Count, double Min, double Max, string Sum, string Squares, HistogramDocument Histogram);

namespace MlServerless.Data;

/// <summary>An <see cref="AdaptiveHistogram"/> as JSON.</summary>
internal sealed record HistogramDocument(int Level, IReadOnlyList<double> From, IReadOnlyList<long> Counts);

using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>An <see cref="AdaptiveHistogram"/> as JSON.</summary>
internal sealed record HistogramDocument(int Level, [property: JsonConverter(typeof(ExactNumbersConverter))] IReadOnlyList<double> From, IReadOnlyList<long> Counts);

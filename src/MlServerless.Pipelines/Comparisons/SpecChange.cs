using System.Text.Json;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>One place of the specs.</summary>
/// <param name="Path">A JSONPath (RFC 9535); members of lists that have names are found by these.</param>
/// <param name="A">Null where a's spec does not have it.</param>
/// <param name="B">Null where b's spec does not have it.</param>
public sealed record SpecChange(string Path, JsonElement? A, JsonElement? B);

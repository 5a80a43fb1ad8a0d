namespace MlServerless.Data;

/// <summary>Counts of categories as JSON.</summary>
/// <param name="Values">In ordinal order of their UTF-8 bytes.</param>
/// <param name="Counts">For every value.</param>
/// <param name="Bins">Counts of all values by hash, once not every value is counted.</param>
internal sealed record CategoryDocument(IReadOnlyList<string> Values, IReadOnlyList<long> Counts, IReadOnlyList<long>? Bins = null);

namespace MlServerless.Data;

/// <summary>A <see cref="Tally"/> as JSON.</summary>
internal sealed record TallyDocument(long Count, IReadOnlyList<long> Rows, string? Observed = null);

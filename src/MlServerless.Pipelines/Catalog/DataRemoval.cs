using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>Why the rows of a data version are no longer kept. Its record, and after a removal by age its figures too, stay as lineage.</summary>
/// <param name="Reason"><see cref="ByRetention"/> or <see cref="ByErasure"/>.</param>
/// <param name="ReplacedBy">The version without the erased rows; null where all rows went.</param>
public sealed record DataRemoval(string Reason, DateTimeOffset At, ContentHash? ReplacedBy = null)
{
    public const string ByRetention = "retention";
    public const string ByErasure = "erasure";

    /// <summary>The day (UTC), e.g. <c>2026-03-01</c>.</summary>
    public string Day() => At.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

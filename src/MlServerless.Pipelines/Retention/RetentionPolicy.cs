using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Retention;

/// <summary>Which data versions are let go.</summary>
internal static class RetentionPolicy
{
    /// <param name="kept">Arrivals whose rows are still kept, in any order.</param>
    /// <param name="retention">The limits.</param>
    /// <param name="now">The time that ages are counted from.</param>
    /// <returns>Those that every limit lets go, oldest first.</returns>
    public static IReadOnlyList<DataVersionRecord> Expired(IEnumerable<DataVersionRecord> kept, RetentionSpec retention, DateTimeOffset now)
    {
        if (!retention.IsLimited)
            return [];
        DataVersionRecord[] newestFirst = [.. kept.OrderByDescending(arrival => arrival.Order, StringComparer.Ordinal)];
        IEnumerable<DataVersionRecord> expired = newestFirst.Skip(retention.Versions ?? 0);
        if (retention.Days is { } days)
            expired = expired.Where(arrival => DataOrder.TimeOf(arrival.Order).AddDays(days) < now);
        return [.. expired.Reverse()];
    }
}

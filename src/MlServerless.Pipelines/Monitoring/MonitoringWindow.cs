using System.Globalization;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>A span of time that predictions are summed up over; windows divide the UTC day.</summary>
public readonly record struct MonitoringWindow(DateTimeOffset Start, TimeSpan Length)
{
    public DateTimeOffset End => Start + Length;

    /// <summary>The name in blob paths and row keys; it sorts by time, e.g. <c>20261120T130000Z-3600</c> (length in seconds).</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Start.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{(long)Length.TotalSeconds}");

    public static MonitoringWindow Containing(DateTimeOffset time, TimeSpan length) =>
        new(new DateTimeOffset(time.UtcTicks - (time.UtcTicks % length.Ticks), TimeSpan.Zero), length);

    public static bool TryParse(string name, out MonitoringWindow window)
    {
        window = default;
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !DateTimeOffset.TryParseExact(name.AsSpan(0, dash), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset start)
            || !long.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds is < 1 or > 86_400)
        {
            return false;
        }

        window = new MonitoringWindow(start, TimeSpan.FromSeconds(seconds));
        return true;
    }
}

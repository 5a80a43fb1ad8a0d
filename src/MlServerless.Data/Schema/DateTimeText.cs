using System.Globalization;

namespace MlServerless.Data;

/// <summary>Points in time as people read them.</summary>
public static class DateTimeText
{
    private const double LargestSeconds = 60e9;
    private const double SecondsOfDay = 86_400;

    /// <summary>The day, with the time where it is not midnight; in UTC.</summary>
    /// <param name="seconds">Since 1970; parts of a second are left out.</param>
    /// <returns>Null for what is no date.</returns>
    public static string? TryOf(double seconds)
    {
        if (!(Math.Abs(seconds) < LargestSeconds))
            return null;
        double whole = Math.Floor(seconds);
        return DateTime.UnixEpoch.AddSeconds(whole).ToString(whole % SecondsOfDay == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}

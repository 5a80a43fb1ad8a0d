using System.Globalization;

namespace MlServerless.DevHost.Timers;

/// <summary>Reads the <c>schedule</c> of a timer trigger: NCRONTAB with 6 (or 5) fields, or a TimeSpan.</summary>
internal static class TimerSchedule
{
    /// <exception cref="FormatException">Neither of both; the message says what is wrong.</exception>
    public static ITimerSchedule Parse(string text)
    {
        text = text.Trim();
        if (!text.Contains(' ', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval))
        {
            return interval > TimeSpan.Zero
                ? new IntervalSchedule(interval)
                : throw new FormatException("an interval must be longer than zero.");
        }

        return CronExpression.Parse(text);
    }
}

namespace MlServerless.DevHost.Timers;

/// <summary>
/// An NCRONTAB expression: second, minute, hour, day, month, day of week; with five fields the second is 0. As in NCrontab, day
/// and day of week must both match.
/// </summary>
internal sealed class CronExpression : ITimerSchedule
{
    // Every combination of month, day and weekday that occurs at all occurs within 28 years, save around a year like 2100.
    private const int YearsToSearch = 40;

    private readonly CronField _second, _minute, _hour, _day, _month, _weekday;

    private CronExpression(string[] fields)
    {
        _second = CronField.Seconds(fields[0]);
        _minute = CronField.Minutes(fields[1]);
        _hour = CronField.Hours(fields[2]);
        _day = CronField.DaysOfMonth(fields[3]);
        _month = CronField.MonthsOfYear(fields[4]);
        _weekday = CronField.DaysOfWeek(fields[5]);
        var start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        if (Find(start) is not { } first || Find(first) is not { } second)
            throw new FormatException("no day matches it.");
        IsMonitored = second - first >= TimeSpan.FromMinutes(1);
    }

    public bool AdjustForDst => true;

    public bool IsMonitored { get; }

    /// <exception cref="FormatException">Not such an expression, or one that never occurs.</exception>
    public static CronExpression Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length switch
        {
            6 => new(fields),
            5 => new(["0", .. fields]),
            _ => throw new FormatException(
                $"has {fields.Length} fields; give six (second minute hour day month weekday) or a time span such as 00:05:00."),
        };
    }

    public DateTime Next(DateTime after) => Find(after) ?? throw new FormatException("no day matches the schedule.");

    /// <summary>True when <paramref name="time"/> (whole seconds) is one of the schedule's times.</summary>
    public bool Matches(DateTime time) =>
        _second.Contains(time.Second) && _minute.Contains(time.Minute) && _hour.Contains(time.Hour) && MatchesDay(time);

    private bool MatchesDay(DateTime time) =>
        _day.Contains(time.Day) && _month.Contains(time.Month) && _weekday.Contains((int)time.DayOfWeek);

    private DateTime? Find(DateTime after)
    {
        var start = new DateTime(after.Ticks - after.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc).AddSeconds(1);
        var limit = start.AddYears(YearsToSearch);
        for (var day = start.Date; day < limit; day = day.AddDays(1))
        {
            if (!_month.Contains(day.Month))
            {
                day = new DateTime(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month), 0, 0, 0, DateTimeKind.Utc);
                continue;
            }

            if (MatchesDay(day) && TimeOfDay(day == start.Date ? start.TimeOfDay : TimeSpan.Zero) is { } time)
                return day + time;
        }

        return null;
    }

    private TimeSpan? TimeOfDay(TimeSpan from)
    {
        for (var hour = _hour.FirstFrom(from.Hours); hour >= 0; hour = _hour.FirstFrom(hour + 1))
        {
            if (hour > from.Hours)
                return new TimeSpan(hour, _minute.First, _second.First);
            for (var minute = _minute.FirstFrom(from.Minutes); minute >= 0; minute = _minute.FirstFrom(minute + 1))
            {
                var second = minute > from.Minutes ? _second.First : _second.FirstFrom(from.Seconds);
                if (second >= 0)
                    return new TimeSpan(hour, minute, second);
            }
        }

        return null;
    }
}

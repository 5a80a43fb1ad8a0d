using FsCheck;
using MlServerless.DevHost.Timers;

namespace MlServerless.DevHost.Tests.Timers;

public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("*/5 * * * * *", "2026-02-28T23:59:58", "2026-03-01T00:00:00")]
    [InlineData("0 */5 * * * *", "2026-02-28T23:55:00", "2026-03-01T00:00:00")]
    [InlineData("30 15 10 * * *", "2026-01-01T10:15:30", "2026-01-02T10:15:30")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 0 9 * * MON-FRI", "2026-11-20T09:00:00", "2026-11-23T09:00:00")]
    [InlineData("0 0 0 13 * FRI", "2026-01-01T00:00:00", "2026-02-13T00:00:00")]
    [InlineData("0 0 12 1 jan,Jul *", "2026-01-01T12:00:00", "2026-07-01T12:00:00")]
    [InlineData("10/20 5-7 */12 * * 0", "2026-11-21T00:00:00", "2026-11-22T00:05:10")]
    [InlineData("* * * * *", "2026-01-01T00:00:00", "2026-01-01T00:01:00")]
    public void Next_KnownTimes(string expression, string after, string expected) =>
        Assert.Equal(Time(expected), CronExpression.Parse(expression).Next(Time(after)));

    [Theory]
    [InlineData("60 * * * * *")]
    [InlineData("* * * * * 7")]
    [InlineData("* * * 0 * *")]
    [InlineData("* * *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("0 0 0 30 2 *")]
    [InlineData("a * * * * *")]
    [InlineData("1,,2 * * * * *")]
    [InlineData("-1 * * * * *")]
    [InlineData("")]
    public void Parse_Wrong_Throws(string expression) => Assert.Throws<FormatException>(() => TimerSchedule.Parse(expression));

    [Theory]
    [InlineData("00:05:00", 300)]
    [InlineData("1.00:00:00", 86400)]
    public void Parse_Interval(string text, int seconds)
    {
        var schedule = TimerSchedule.Parse(text);
        Assert.False(schedule.AdjustForDst);
        Assert.Equal(Time("2026-01-01T00:00:00").AddSeconds(seconds), schedule.Next(Time("2026-01-01T00:00:00")));
    }

    [Fact]
    public void IsMonitored_FromAMinuteOn()
    {
        Assert.True(TimerSchedule.Parse("0 * * * * *").IsMonitored);
        Assert.False(TimerSchedule.Parse("*/30 * * * * *").IsMonitored);
        Assert.False(TimerSchedule.Parse("00:00:30").IsMonitored);
    }

    /// <summary>The next time matches each field, lies after the given one, and no earlier second does both.</summary>
    [Fact]
    public void Next_IsTheFirstSecondThatMatches()
    {
        var fields = Gen.OneOf(
            Gen.Constant("*"),
            from step in Gen.Choose(1, 30) select $"*/{step}",
            from low in Gen.Choose(1, 12) from span in Gen.Choose(0, 11) select $"{low}-{low + span}",
            from a in Gen.Choose(1, 23) from b in Gen.Choose(1, 23) select $"{a},{b}");
        var days = Gen.Elements("*", "*/2", "1-15", "1,31", "28-31");
        var months = Gen.Elements("*", "1-6", "2,12", "*/5");
        var weekdays = Gen.Elements("*", "1-5", "0", "SAT,SUN");
        var cases = from second in fields
                    from minute in fields
                    from hour in Gen.Elements("*", "0", "*/7", "3-5", "23")
                    from day in days
                    from month in months
                    from weekday in weekdays
                    from start in Gen.Choose(0, 2 * 365 * 24 * 3600 / 7)
                    select ($"{second} {minute} {hour} {day} {month} {weekday}", Time("2027-06-01T00:00:00").AddSeconds(7L * start));
        Prop.ForAll(Arb.From(cases), c => IsFirst(c.Item1, c.Item2)).Check(Fixed);
    }

    private static readonly FsCheck.Configuration Fixed = FsCheckConfig.Fixed(300);

    private static bool IsFirst(string expression, DateTime after)
    {
        CronExpression cron;
        try
        {
            cron = CronExpression.Parse(expression);
        }
        catch (FormatException e) when (e.Message.Contains("no day", StringComparison.Ordinal))
        {
            return true;
        }

        var next = cron.Next(after);
        if (next <= after || !cron.Matches(next))
            return false;
        // Every second of the first and the last day of the wait, and one of each hour between, is looked at.
        for (var t = after.AddSeconds(1); t < next && t < after.AddHours(3); t = t.AddSeconds(1))
        {
            if (cron.Matches(t))
                return false;
        }

        for (var t = next.AddSeconds(-1); t > after && t > next.AddHours(-3); t = t.AddSeconds(-1))
        {
            if (cron.Matches(t))
                return false;
        }

        return true;
    }

    private static DateTime Time(string text) => DateTime.SpecifyKind(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
}

using System.Globalization;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 2 * * *", "2026-03-01T12:00:30Z", "2026-03-01T02:00:00Z")]
    [InlineData("0 2 * * *", "2026-03-01T01:59:59Z", "2026-02-28T02:00:00Z")]
    [InlineData("0 2 * * *", "2026-03-01T02:00:00Z", "2026-03-01T02:00:00Z")]
    [InlineData("*/15 9-17 * * 1-5", "2026-03-01T12:00:00Z", "2026-02-27T17:45:00Z")]
    [InlineData("30 6 1 * *", "2026-03-31T00:00:00Z", "2026-03-01T06:30:00Z")]
    [InlineData("0 0 29 2 *", "2026-03-31T00:00:00Z", null)]
    [InlineData("0 0 13 * 7", "2026-03-14T00:00:00Z", "2026-03-13T00:00:00Z")]
    [InlineData("0 0 13 * 0", "2026-03-16T00:00:00Z", "2026-03-15T00:00:00Z")]
    [InlineData("5,10 1 * 1,6 *", "2026-03-01T00:00:00Z", "2026-01-31T01:10:00Z")]
    public void LastDue_Schedules_AreThoseOfCron(string cron, string now, string? due) =>
        Assert.Equal(due is null ? null : DateTimeOffset.Parse(due, CultureInfo.InvariantCulture), CronSchedule.TryParse(cron)!.LastDue(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * * 8")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("1,,2 * * * *")]
    [InlineData("* * * * * *")]
    public void TryParse_NoSchedule_IsNull(string text) => Assert.Null(CronSchedule.TryParse(text));
}

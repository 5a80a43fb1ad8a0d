using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>schedule</c>.</summary>
internal static class ScheduleSection
{
    public static ScheduleSpec? Read(SpecReader reader)
    {
        var schedule = new ScheduleSpec { OnUpload = reader.Boolean("onUpload") ?? true };
        if (reader.String("cron", 100) is { } cron)
        {
            schedule = schedule with { Cron = CronSchedule.TryParse(cron) };
            if (schedule.Cron is null)
                reader.Fail("cron", $"'{cron}' is no schedule: write minute, hour, day of month, month and day of week in UTC, e.g. \"0 2 * * *\" for every night at two.");
        }

        if (reader.String("every") is { } every)
        {
            if (DurationText.TryParse(every, out TimeSpan time) && time >= TimeSpan.FromMinutes(5) && time <= TimeSpan.FromDays(365))
                schedule = schedule with { Every = time };
            else
                reader.Fail("every", $"'{every}' is no interval: write days.hours:minutes:seconds from 00:05:00 to 365.00:00:00, e.g. 1.00:00:00.");
            if (schedule.Cron is not null)
                reader.Fail("every", "goes with cron no further: keep one of the two.");
        }

        reader.RefuseUnknown();
        return reader.IsObject ? schedule : null;
    }
}

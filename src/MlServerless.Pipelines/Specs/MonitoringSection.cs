using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>monitoring</c>.</summary>
internal static class MonitoringSection
{
    public static MonitoringSpec Read(SpecReader reader)
    {
        var defaults = new MonitoringSpec();
        SpecReader alert = reader.Object("alert");
        SpecReader retrain = reader.Object("retrain");
        var monitoring = new MonitoringSpec
        {
            Window = ReadWindow(reader) ?? defaults.Window,
            MinimumRows = (int)(reader.Integer("minimumRows", 30, 1_000_000_000) ?? defaults.MinimumRows),
            AlertWindows = (int)(alert.Integer("windows", 1, 100) ?? defaults.AlertWindows),
            AlertOf = (int)(alert.Integer("of", 1, 100) ?? alert.Integer("windows", 1, 100) ?? defaults.AlertOf),
            RetrainOnDrift = retrain.Boolean("onDrift") ?? defaults.RetrainOnDrift,
            RetrainCoolDown = ReadCoolDown(retrain) ?? defaults.RetrainCoolDown,
            RetrainsPerDay = (int)(retrain.Integer("maxPerDay", 1, 1000) ?? defaults.RetrainsPerDay),
        };
        if (monitoring.AlertOf < monitoring.AlertWindows)
            alert.Fail("of", "is less than windows: so many of them can never drift. Raise it, or lower windows.");
        alert.RefuseUnknown();
        retrain.RefuseUnknown();
        reader.RefuseUnknown();
        return monitoring;
    }

    private static TimeSpan? ReadWindow(SpecReader reader)
    {
        if (reader.String("window") is not { } text)
            return null;
        if (DurationText.TryParse(text, out TimeSpan window) && window >= TimeSpan.FromMinutes(1) && window <= TimeSpan.FromDays(1) && TimeSpan.TicksPerDay % window.Ticks == 0)
            return window;
        reader.Fail("window", $"'{text}' is no window: write hours:minutes:seconds from 00:01:00 to 1.00:00:00 that divide a day, e.g. 01:00:00.");
        return null;
    }

    private static TimeSpan? ReadCoolDown(SpecReader reader)
    {
        if (reader.String("coolDown") is not { } text)
            return null;
        if (DurationText.TryParse(text, out TimeSpan coolDown) && coolDown >= TimeSpan.Zero && coolDown <= TimeSpan.FromDays(365))
            return coolDown;
        reader.Fail("coolDown", $"'{text}' is no length of time: write days.hours:minutes:seconds up to 365.00:00:00, e.g. 1.00:00:00 for a day.");
        return null;
    }

}

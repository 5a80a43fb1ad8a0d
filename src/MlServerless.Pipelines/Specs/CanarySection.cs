using MlServerless.Data;
using MlServerless.Pipelines.Registry.Canaries;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>canary</c>.</summary>
internal static class CanarySection
{
    private const double DefaultPercent = 10;

    /// <param name="key">The pipeline's key: one column of it names the entity of a call.</param>
    public static CanarySettings? Read(SpecReader reader, IReadOnlyList<string> key)
    {
        var settings = new CanarySettings(
            reader.Number("percent", 0.01, 100) ?? DefaultPercent,
            reader.String("entityColumn") ?? (key.Count == 1 ? key[0] : null),
            ReadBake(reader),
            reader.Integer("minimumRequests", 10, 1_000_000_000) ?? 100,
            reader.Number("maxErrorIncrease", 0, 1) ?? 0.02,
            reader.Boolean("promote") ?? true);
        reader.RefuseUnknown();
        return reader.IsObject ? settings : null;
    }

    private static TimeSpan ReadBake(SpecReader reader)
    {
        if (reader.String("bake") is not { } text)
            return TimeSpan.FromDays(1);
        if (DurationText.TryParse(text, out TimeSpan bake) && bake >= TimeSpan.Zero && bake <= TimeSpan.FromDays(365))
            return bake;
        reader.Fail("bake", $"'{text}' is no length of time: write days.hours:minutes:seconds up to 365.00:00:00, e.g. 1.00:00:00 for a day.");
        return default;
    }
}

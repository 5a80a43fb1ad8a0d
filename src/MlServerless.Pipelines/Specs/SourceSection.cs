using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>source</c>.</summary>
internal static class SourceSection
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Greatest = TimeSpan.FromDays(3650);

    public static SourceSpec? Read(SpecReader parent)
    {
        if (parent.Find("source") is null)
            return null;
        SpecReader reader = parent.Object("source");
        if (!reader.IsObject)
            return null;
        var source = new SourceSpec
        {
            Owner = reader.RequiredString("owner", "who answers for the data"),
            ExpectedEvery = ReadDuration(reader, "expectedEvery"),
            Freshness = ReadDuration(reader, "freshness"),
            MinimumRowRatio = reader.Number("minimumRowRatio", 0, 1) ?? 0.5,
        };
        if (source.Freshness < source.ExpectedEvery)
            reader.Fail("freshness", "is shorter than expectedEvery: data that come on time would be stale before the next are due. Raise it, or lower expectedEvery.");
        reader.RefuseUnknown();
        return source;
    }

    private static TimeSpan? ReadDuration(SpecReader reader, string field)
    {
        if (reader.String(field) is not { } text)
            return null;
        if (DurationText.TryParse(text, out TimeSpan duration) && duration >= Least && duration <= Greatest)
            return duration;
        reader.Fail(field, $"'{text}' is no length of time: write days.hours:minutes:seconds from 00:01:00 to 3650.00:00:00, e.g. 1.00:00:00 for a day.");
        return null;
    }
}

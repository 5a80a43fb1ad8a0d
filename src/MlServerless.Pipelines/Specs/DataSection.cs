using System.Globalization;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>data</c>.</summary>
internal static class DataSection
{
    public static DataSpec Read(SpecReader reader)
    {
        var data = new DataSpec { Format = ReadFormat(reader), Window = ReadWindow(reader) };
        reader.RefuseUnknown();
        return data;
    }

    /// <summary>What the section and others say must go together.</summary>
    public static void CheckTogether(PipelineSpec spec, SpecReader parent)
    {
        if (spec.Data.Window is { Kind: WindowKind.LastDays } window && spec.Retention is { Days: { } kept, Versions: null } && window.Days > kept)
            parent.Object("data").Fail("window", string.Create(CultureInfo.InvariantCulture, $"reaches back {window.Days} days, but retention.days keeps data for {kept} days only: shorten the window or raise retention.days."));
    }

    private static FileFormat ReadFormat(SpecReader reader)
    {
        string? text = reader.String("format");
        switch (text)
        {
            case null or "auto": return FileFormat.Auto;
            case "csv": return FileFormat.Csv;
            case "ndjson": return FileFormat.Ndjson;
            case "opaque": return FileFormat.Opaque;
        }

        reader.Fail("format", $"'{text}' is none of auto, csv, ndjson, opaque.");
        return FileFormat.Auto;
    }

    private static WindowSpec ReadWindow(SpecReader reader)
    {
        if (reader.String("window") is not { } text)
            return WindowSpec.Latest;
        if (!WindowSpec.TryParse(text, out WindowSpec window))
            reader.Fail("window", $"'{text}' is no window: write \"latest\", \"all\" or \"last N days\", e.g. \"last 30 days\".");
        else if (window is { Kind: WindowKind.LastDays, Days: < 1 or > WindowSpec.MaxDays })
            reader.Fail("window", string.Create(CultureInfo.InvariantCulture, $"'{text}' is out of range: a window has 1 to {WindowSpec.MaxDays} days; for more write \"all\"."));
        else
            return window;
        return WindowSpec.Latest;
    }
}

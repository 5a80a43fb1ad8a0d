using System.Globalization;

namespace MlServerless.Pipelines.Catalog;

/// <summary>
/// The serial order of a pipeline's data: by the upload's last-modified time (whole seconds, as the store gives it), then by blob name, then by ETag.
/// Event Grid's sequencer is not used, for it orders only events of one blob. Orders compare ordinally.
/// </summary>
public static class DataOrder
{
    private const string SecondsFormat = "yyyyMMdd'T'HHmmss'Z'";

    public static string Of(DateTimeOffset lastModified, string blob, string etag) => $"{Seconds(lastModified)}|{blob}|{etag}";

    /// <summary>The last-modified time of an order.</summary>
    public static DateTimeOffset TimeOf(string order) =>
        DateTimeOffset.ParseExact(SecondsOf(order), SecondsFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Whether a text has the form of an order.</summary>
    internal static bool IsValid(string text) =>
        text.IndexOf('|', StringComparison.Ordinal) is > 0 and int end
        && DateTimeOffset.TryParseExact(text.AsSpan(0, end), SecondsFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>How every order of that second begins.</summary>
    internal static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString(SecondsFormat, CultureInfo.InvariantCulture);

    internal static string SecondsOf(string order) => order[..order.IndexOf('|', StringComparison.Ordinal)];
}

using System.Globalization;

namespace MlServerless.Pipelines.Catalog;

/// <summary>
/// The serial order of a pipeline's data: by the upload's last-modified time (whole seconds, as the store gives it), then by blob name, then by ETag.
/// Event Grid's sequencer is not used, for it orders only events of one blob. Orders compare ordinally.
/// </summary>
public static class DataOrder
{
    public static string Of(DateTimeOffset lastModified, string blob, string etag) =>
        string.Create(CultureInfo.InvariantCulture, $"{lastModified.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}|{blob}|{etag}");
}

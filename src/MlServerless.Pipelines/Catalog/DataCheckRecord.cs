using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>What the check of an arrival found. A later run on the same arrival replaces it.</summary>
public sealed record DataCheckRecord
{
    /// <summary>What was checked: the arrival's own version, or the window of versions that its run is trained on.</summary>
    public required ContentHash DataVersion { get; init; }

    public required string RunId { get; init; }

    public required ContentHash SpecHash { get; init; }

    public required ContentHash ReportHash { get; init; }

    /// <summary>Null where the file cannot be read as rows.</summary>
    public ContentHash? SchemaHash { get; init; }

    /// <summary>Null where the file cannot be read as rows.</summary>
    public ContentHash? ProfileHash { get; init; }

    /// <summary>Its distributions, with which the next version is compared. Null where the file cannot be read as rows.</summary>
    public ContentHash? SketchHash { get; init; }

    /// <summary>Whether a finding forbids training on it. Such an arrival is nobody's previous version.</summary>
    public required bool Blocking { get; init; }

    /// <summary>All data rows, those kept out included.</summary>
    public required long Rows { get; init; }

    public required long RejectedRows { get; init; }

    /// <summary>Those of <see cref="Rows"/> that the arrival itself brought; null where they are all of them.</summary>
    public long? UploadRows { get; init; }

    /// <summary>
    /// Whether what blocks is only that there are too few rows, or rows of one class: more data mend that, so the windows of later runs hold the arrival.
    /// </summary>
    public bool LacksOnlyRows { get; init; }

    /// <summary>The data rows of the arrival itself.</summary>
    [JsonIgnore]
    public long RowsOfUpload => UploadRows ?? Rows;

    /// <summary>Whether the windows of later runs hold the arrival.</summary>
    [JsonIgnore]
    public bool EntersWindows => !Blocking || LacksOnlyRows;
}

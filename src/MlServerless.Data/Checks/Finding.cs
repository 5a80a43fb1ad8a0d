using System.Text.Json.Nodes;

namespace MlServerless.Data;

/// <summary>One thing that is wrong, or looks wrong, with a data set.</summary>
public sealed record Finding
{
    /// <summary>One of <see cref="FindingCodes"/>.</summary>
    public required string Code { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>The column it is about; null for the data set as a whole.</summary>
    public string? Column { get; init; }

    /// <summary>What is wrong and how to mend it.</summary>
    public required string Message { get; init; }

    public string? Expected { get; init; }

    public string? Observed { get; init; }

    /// <summary>How many rows (or columns, or values) it concerns.</summary>
    public long Count { get; init; }

    /// <summary><see cref="Count"/> as a fraction of the rows or values that could have been concerned, 0 to 1; null where there is no such whole.</summary>
    public double? Fraction { get; init; }

    /// <summary>The first of the versions in a row that have had this finding; null where it is new, or there is no version before.</summary>
    public ContentHash? FirstSeen { get; init; }

    /// <summary>A JSON merge patch (RFC 7396) of the pipeline's spec that accepts the data as they are; null where the data are what is to be mended. To be looked at by somebody first.</summary>
    public JsonObject? SuggestedEdit { get; init; }

    /// <summary>Up to five of the rows, as 1-based numbers of data rows: the row after the header is 1; blank lines are not counted, a row with embedded line breaks counts once.</summary>
    public IReadOnlyList<long> ExampleRows { get; init; } = [];
}

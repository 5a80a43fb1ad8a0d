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

    /// <summary>Up to five of the rows, as 1-based numbers of data rows: the row after the header is 1; blank lines are not counted, a row with embedded line breaks counts once.</summary>
    public IReadOnlyList<long> ExampleRows { get; init; } = [];
}

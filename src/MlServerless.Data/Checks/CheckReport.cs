using System.Text.Json;

namespace MlServerless.Data;

/// <summary>Everything that was found in a data version.</summary>
public sealed record CheckReport
{
    /// <summary>Whether one of the findings stops the run.</summary>
    public bool Blocking => Findings.Any(finding => finding.Severity == Severity.Blocking);

    /// <summary>All data rows, those kept out included.</summary>
    public required long Rows { get; init; }

    public required long RejectedRows { get; init; }

    /// <summary>Blocking ones first, each group in the order of the checks.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>A report of what was found before there were rows to look at, such as by <see cref="CsvFormat"/>.</summary>
    public static CheckReport Of(IReadOnlyList<Finding> findings) => new CheckReport { Rows = 0, RejectedRows = 0, Findings = [] }.With(findings);

    /// <summary>This report with more findings.</summary>
    public CheckReport With(IReadOnlyList<Finding> more) =>
        this with { Findings = [.. more.Concat(Findings).OrderByDescending(finding => finding.Severity)] };

    /// <summary>This report with other severities for some codes; those that <see cref="FindingCodes.AlwaysBlocking"/> names stay as they are.</summary>
    public CheckReport WithSeverities(IReadOnlyDictionary<string, Severity> severities)
    {
        ArgumentNullException.ThrowIfNull(severities);
        Finding Weighed(Finding finding) =>
            severities.TryGetValue(finding.Code, out Severity severity) && !FindingCodes.AlwaysBlocking.Contains(finding.Code) ? finding with { Severity = severity } : finding;
        return this with { Findings = [.. Findings.Select(Weighed).OrderByDescending(finding => finding.Severity)] };
    }

    /// <summary>This report with the version in which each finding was first seen.</summary>
    /// <param name="before">The report of the version before.</param>
    /// <param name="version">The version before.</param>
    public CheckReport Since(CheckReport before, ContentHash version)
    {
        ArgumentNullException.ThrowIfNull(before);
        Finding Dated(Finding finding) => before.Findings.FirstOrDefault(known => known.Code == finding.Code && known.Column == finding.Column) is { } same
            ? finding with { FirstSeen = same.FirstSeen ?? version }
            : finding;
        return this with { Findings = [.. Findings.Select(Dated)] };
    }

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(this, DataJsonContext.Default.CheckReport);

    /// <summary>Reads what <see cref="ToCanonicalJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static CheckReport Parse(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, DataJsonContext.Default.CheckReport) ?? throw new JsonException("A report is an object, not null.");
}

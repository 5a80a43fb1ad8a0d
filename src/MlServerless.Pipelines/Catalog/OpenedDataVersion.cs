using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>A data version's parts and format.</summary>
/// <param name="FormatFindings">What is wrong with the header, or with there being none.</param>
public sealed record OpenedDataVersion(DataVersionManifest Manifest, CsvFormat Format, IReadOnlyList<Finding> FormatFindings)
{
    /// <summary>Whether the file cannot be read as rows at all; then only the findings are to be relied on.</summary>
    public bool IsUnreadable => FormatFindings.Any(finding => finding.Severity == Severity.Blocking);
}

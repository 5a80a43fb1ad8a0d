using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>A file of a data version, and how it is written.</summary>
/// <param name="Findings">What is wrong with its beginning.</param>
public sealed record OpenedFile(DataFile File, DataFormat Format, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether it cannot be read as rows at all; then only the findings are to be relied on.</summary>
    public bool IsUnreadable => Findings.Any(finding => finding.Severity == Severity.Blocking);
}

using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>What differs between two data versions, in one document.</summary>
/// <param name="Pipeline">The pipeline by whose specs both were checked.</param>
/// <param name="Rows">What differs row by row.</param>
/// <param name="Schema">What the schemas say differently; null where one of them is not known.</param>
/// <param name="Distributions">How far the columns' distributions are from those before, the key's aside; null where <paramref name="NoDistributions"/> says why.</param>
/// <param name="NoDistributions">Why there are no distances; null where there are.</param>
public sealed record DataDiffReport(
    string Pipeline,
    DiffSide Before,
    DiffSide After,
    DataDiffResult Rows,
    IReadOnlyList<SchemaChange>? Schema,
    DriftResult? Distributions,
    string? NoDistributions);

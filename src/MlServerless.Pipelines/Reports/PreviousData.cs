using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>The version that a report compares with.</summary>
public sealed record PreviousData(ContentHash DataVersion, string Upload, DataProfile Profile);

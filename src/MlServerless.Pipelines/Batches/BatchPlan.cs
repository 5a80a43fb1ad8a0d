using MlServerless.Pipelines.Serving.Rows;

namespace MlServerless.Pipelines.Batches;

/// <summary>How an input is cut.</summary>
public sealed record BatchPlan(RowsLayout Layout, IReadOnlyList<BatchPart> Parts);

using MlServerless.Data;

namespace MlServerless.Pipelines.Steps;

/// <summary>One part of the split, as a column file.</summary>
public sealed record PreparedPart(ContentHash Hash, long Rows);

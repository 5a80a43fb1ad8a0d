using MlServerless.Data;

namespace MlServerless.Pipelines.Erasure;

/// <summary>A data version from which rows were erased.</summary>
/// <param name="Order">Place of the arrival in the pipeline's serial order.</param>
/// <param name="Upload">The upload it came from, which was deleted too.</param>
/// <param name="DataVersion">What it was.</param>
/// <param name="ReplacedBy">What it is now.</param>
/// <param name="Rows">How many rows were erased.</param>
public sealed record ErasedVersion(string Order, string Upload, ContentHash DataVersion, ContentHash ReplacedBy, long Rows);

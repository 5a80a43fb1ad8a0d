using MlServerless.Data;

namespace MlServerless.Pipelines.Erasure;

/// <summary>A data version whose rows could not be told by key: somebody has to look at it.</summary>
/// <param name="Reason">Why, and what to do.</param>
public sealed record UnsearchedVersion(string Order, string Upload, ContentHash DataVersion, string Reason);

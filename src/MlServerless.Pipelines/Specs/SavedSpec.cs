using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>The answer to a spec that was written.</summary>
/// <param name="ETag">Without quotes.</param>
/// <param name="Created">Whether the pipeline is new.</param>
public sealed record SavedSpec(string Name, string ETag, ContentHash SpecHash, bool Created);

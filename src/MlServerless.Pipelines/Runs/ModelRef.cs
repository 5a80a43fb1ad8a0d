using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>A registered model version.</summary>
public sealed record ModelRef(string Name, int Version, ContentHash Hash);

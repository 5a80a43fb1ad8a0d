namespace MlServerless.Pipelines.Ports;

/// <summary>A pipeline spec as its owner wrote it.</summary>
/// <param name="ETag">Without quotes.</param>
public sealed record StoredSpec(string Name, byte[] Json, string ETag);

using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>Counters of one model's partition; every transaction that adds a version or a log entry replaces it, so that two cannot both take one number.</summary>
public sealed record RegistryHead(int LastVersion, long LastLogSequence, ContentHash LastLogHash);

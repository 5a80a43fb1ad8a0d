using MlServerless.Data;

namespace MlServerless.Pipelines.Registry;

/// <summary>Counters of one model's partition; every transaction that adds a version or a log entry replaces it, so that two cannot both take one number.</summary>
/// <param name="LastLogAt">The time of the last log entry: no entry is dated before the one before it.</param>
public sealed record RegistryHead(int LastVersion, long LastLogSequence, ContentHash LastLogHash, DateTimeOffset? LastLogAt = null);

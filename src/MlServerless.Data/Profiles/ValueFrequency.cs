namespace MlServerless.Data;

/// <summary>How often a value occurs. Values longer than 128 bytes are known by their beginning and a hash.</summary>
public sealed record ValueFrequency(string Value, long Count);

namespace MlServerless.Data;

internal readonly record struct ValueCount(string Value, long Count, ulong Hash);

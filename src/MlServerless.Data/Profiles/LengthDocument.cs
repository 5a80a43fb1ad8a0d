namespace MlServerless.Data;

/// <summary>A <see cref="LengthScan"/> as JSON.</summary>
internal sealed record LengthDocument(long Count, long Min, long Max, long Sum);

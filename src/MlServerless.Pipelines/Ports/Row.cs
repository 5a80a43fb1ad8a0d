namespace MlServerless.Pipelines.Ports;

/// <summary>One row of a table: a JSON document under a partition and a key.</summary>
/// <param name="Json">The document; up to 900,000 bytes in UTF-16.</param>
/// <param name="ETag">What the store said when the row was read; null for a row made here.</param>
public sealed record Row(string Partition, string Key, string Json, string? ETag = null);

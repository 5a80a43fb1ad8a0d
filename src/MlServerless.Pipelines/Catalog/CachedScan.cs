using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>A scan that was made of a part.</summary>
public sealed record CachedScan(ContentHash Part, ContentHash Scan);

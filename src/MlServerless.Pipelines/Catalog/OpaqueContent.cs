using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>An opaque file as a whole.</summary>
/// <param name="MediaType">As its first bytes say, or else its name.</param>
/// <param name="Hash">The SHA-256 of all its bytes, as <c>sha256sum</c> tells it.</param>
public sealed record OpaqueContent(string MediaType, ContentHash Hash);

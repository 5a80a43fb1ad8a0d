using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>One file of a data version, as it was uploaded, gzip undone: cut into parts that follow each other byte for byte, the first with the header.</summary>
/// <param name="Parts">None for an empty upload.</param>
/// <param name="MediaType">For an opaque file, what its content or its name says it is; null for others.</param>
public sealed record DataFile(DataFileKind Kind, IReadOnlyList<DataPart> Parts, string? MediaType = null);

using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>One file of a data version, as it was uploaded: cut into parts that follow each other byte for byte, the first with the header.</summary>
/// <param name="Parts">None for an empty upload.</param>
public sealed record DataFile(DataFileKind Kind, IReadOnlyList<DataPart> Parts);

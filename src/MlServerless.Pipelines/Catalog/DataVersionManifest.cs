using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>What identifies a data version: its parts in order. The version's id is the hash of this document's canonical JSON, so equal bytes are one version however often they are uploaded.</summary>
public sealed record DataVersionManifest(int Format, IReadOnlyList<DataPart> Parts)
{
    public const int CurrentFormat = 1;
}

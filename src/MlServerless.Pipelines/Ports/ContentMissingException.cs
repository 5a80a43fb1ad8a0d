using MlServerless.Data;

namespace MlServerless.Pipelines.Ports;

/// <summary>Nothing is stored under a hash that something refers to.</summary>
public sealed class ContentMissingException(ContentHash hash)
    : Exception($"Nothing is stored under store/sha256/{hash.Hex}: it was deleted, or the storage account is not the one that wrote the reference.")
{
    public ContentHash Hash { get; } = hash;
}

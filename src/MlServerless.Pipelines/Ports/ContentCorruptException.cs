using MlServerless.Data;

namespace MlServerless.Pipelines.Ports;

/// <summary>Stored bytes do not have the hash they are stored under.</summary>
public sealed class ContentCorruptException(ContentHash expected, ContentHash actual)
    : Exception($"The bytes under store/sha256/{expected.Hex} hash to {actual.Hex}: they were changed after they were written. Restore that blob from a backup or an earlier blob version.")
{
    public ContentHash Expected { get; } = expected;

    public ContentHash Actual { get; } = actual;
}

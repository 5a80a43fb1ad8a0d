using MlServerless.Data;

namespace MlServerless.Pipelines.Ports;

/// <summary>Content as a listing of the store tells of it.</summary>
/// <param name="WrittenAt">When it was last put, to half an hour (<see cref="RefreshAfter"/>).</param>
/// <param name="ETag">Without quotes.</param>
public sealed record StoredContent(ContentHash Hash, long Bytes, DateTimeOffset WrittenAt, string ETag)
{
    /// <summary>Content that is put again is marked as written anew when it is older than this. Nothing may be deleted that is not much older.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(30);
}

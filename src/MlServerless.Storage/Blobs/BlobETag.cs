using Azure;

namespace MlServerless.Storage.Blobs;

/// <summary>ETags of blobs as the pipelines keep them: without quotes. Headers have them, lists do not.</summary>
internal static class BlobETag
{
    public static string ToText(ETag etag) => etag.ToString().Trim('"');

    /// <summary>Also takes one in quotes, and <c>*</c>.</summary>
    public static ETag Parse(string text) => new(text.Trim('"'));
}

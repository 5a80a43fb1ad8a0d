using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Pipelines.Runs;

/// <summary>Run ids: <c>t-</c> and 32 hex digits. What starts the same work has the same id, so that a repeated event finds the run it started before.</summary>
public static class RunId
{
    /// <param name="etag">Without quotes.</param>
    public static string ForUpload(string pipeline, Uri url, string etag) => Digest("upload", pipeline, url.AbsoluteUri, etag);

    public static string ForRequest(string pipeline, string idempotencyKey) => Digest("request", pipeline, idempotencyKey);

    public static bool IsValid(string? id) => id is { Length: 34 } && id.StartsWith("t-", StringComparison.Ordinal) && id.AsSpan(2).IndexOfAnyExcept(Hex) < 0;

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    private static string Digest(params string[] parts) =>
        "t-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));
}

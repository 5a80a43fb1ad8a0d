using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace MlServerless.Data;

/// <summary>The identity of immutable content: the SHA-256 of its bytes, written as 64 lower-case hex digits.</summary>
[JsonConverter(typeof(ContentHashConverter))]
public readonly record struct ContentHash
{
    private readonly string? hex;

    private ContentHash(string hex) => this.hex = hex;

    /// <summary>The 64 lower-case hex digits; empty for the default value.</summary>
    public string Hex => hex ?? "";

    /// <summary>Hashes the given bytes.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> content) => FromDigest(SHA256.HashData(content));

    /// <summary>Wraps a SHA-256 digest of 32 bytes.</summary>
    public static ContentHash FromDigest(ReadOnlySpan<byte> digest) =>
        digest.Length == SHA256.HashSizeInBytes
            ? new ContentHash(Convert.ToHexStringLower(digest))
            : throw new ArgumentException($"A SHA-256 digest has {SHA256.HashSizeInBytes} bytes, not {digest.Length}.", nameof(digest));

    /// <summary>Reads 64 lower-case hex digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContentHash hash)
    {
        bool valid = text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
        hash = valid ? new ContentHash(text!) : default;
        return valid;
    }

    /// <summary>Reads 64 lower-case hex digits.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static ContentHash Parse(string text) =>
        TryParse(text, out ContentHash hash)
            ? hash
            : throw new FormatException($"'{text}' is not a content hash: expected 64 lower-case hex digits.");

    public override string ToString() => Hex;
}

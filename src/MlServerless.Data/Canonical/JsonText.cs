using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>Strings of JSON that was read.</summary>
internal static class JsonText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="JsonException">The string holds a lone surrogate.</exception>
    internal static byte[] ToUtf8(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new JsonException($"A string is not valid Unicode: {error.Message}", error);
        }
    }
}

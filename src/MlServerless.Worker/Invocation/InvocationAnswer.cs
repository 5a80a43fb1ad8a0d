using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Writes what the Functions host reads: always a JSON object, with the length known beforehand. An empty 200 would hang until the
/// function's timeout.
/// </summary>
internal static class InvocationAnswer
{
    private static readonly byte[] Empty = Answer(static _ => { }, static json => json.WriteNullValue());

    public static Task WriteEmptyAsync(HttpContext context) => SendAsync(context, StatusCodes.Status200OK, Empty);

    /// <summary>A return value that is a string: it reaches the reader letter for letter as long as it is no base64.</summary>
    public static Task WriteReturnTextAsync(HttpContext context, ReadOnlyMemory<byte> utf8)
        => SendAsync(context, StatusCodes.Status200OK, Answer(static _ => { }, json => json.WriteStringValue(utf8.Span)));

    /// <summary>A return value that is base64 on the wire.</summary>
    public static Task WriteReturnBytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
        => SendAsync(context, StatusCodes.Status200OK, Answer(static _ => { }, json => json.WriteBase64StringValue(bytes.Span)));

    public static Task WriteOutputsAsync(HttpContext context, Action<Utf8JsonWriter> outputs)
        => SendAsync(context, StatusCodes.Status200OK, Answer(outputs, static json => json.WriteNullValue()));

    /// <summary>Makes the host count the call as failed. Only the reason phrase travels on.</summary>
    public static Task WriteFailureAsync(HttpContext context, int status, Exception exception)
    {
        var text = $"{exception.GetType().Name}: {exception.Message}";
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>() is { } response)
        {
            response.ReasonPhrase = ReasonPhrase(text);
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("error", text);
            json.WriteEndObject();
        }

        return SendAsync(context, status, stream.ToArray());
    }

    private static byte[] Answer(Action<Utf8JsonWriter> outputs, Action<Utf8JsonWriter> returnValue)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("Outputs");
            outputs(json);
            json.WriteEndObject();
            json.WriteStartArray("Logs");
            json.WriteEndArray();
            json.WritePropertyName("ReturnValue");
            returnValue(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string ReasonPhrase(string text)
    {
        var phrase = new StringBuilder(text.Length, Math.Max(text.Length, 1));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 200)))
        {
            phrase.Append(c is >= ' ' and <= '~' ? c : ' ');
        }

        return phrase.ToString();
    }
}

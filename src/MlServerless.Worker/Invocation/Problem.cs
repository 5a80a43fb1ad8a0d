using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MlServerless.Worker.Invocation;

/// <summary>Answers of RFC 9457.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    public static Task NotFoundAsync(HttpContext context)
        => WriteAsync(context, StatusCodes.Status404NotFound, $"No function answers {context.Request.Method} {context.Request.Path}.");

    public static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        var body = Bytes(status, detail, TraceId(context));
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    public static byte[] Bytes(int status, string detail, string traceId)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("traceId", traceId);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
}

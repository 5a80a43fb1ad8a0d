namespace MlServerless.Functions.Http;

/// <summary>Bytes that are ready to be sent.</summary>
internal sealed class BytesResult(ReadOnlyMemory<byte> body, int status, string contentType) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = body.Length;

        // What was sent as JSON is never shown as a page.
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}

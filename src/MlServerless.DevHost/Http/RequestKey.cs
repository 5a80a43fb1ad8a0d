namespace MlServerless.DevHost.Http;

/// <summary>Where a request carries its key.</summary>
internal static class RequestKey
{
    /// <summary>The header <c>x-functions-key</c>, or else the query's <c>code</c>.</summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers.TryGetValue("x-functions-key", out var header) && header.Count > 0)
            return header[0];
        return request.Query.TryGetValue("code", out var code) && code.Count > 0 ? code[0] : null;
    }
}

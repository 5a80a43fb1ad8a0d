using Microsoft.AspNetCore.Http.Features;
using MlServerless.DevHost.Invocation;

namespace MlServerless.DevHost.Http;

/// <summary>Copies a caller's request for the app, and the app's answer for the caller.</summary>
internal static class ForwardedRequest
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
    };

    public static HttpRequestMessage Create(HttpRequest request, byte[] body, Uri app, FunctionInvoker invoker)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path + request.QueryString;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(app.ToString().TrimEnd('/') + target));
        if (body.Length > 0 || request.ContentLength is > 0)
            message.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers)
        {
            if (HopByHop.Contains(name))
                continue;
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        AddUserAgent(message, invoker);
        invoker.AddHeaders(message.Headers);
        return message;
    }

    /// <summary>Appends the host's product to the caller's user agent.</summary>
    public static void AddUserAgent(HttpRequestMessage message, FunctionInvoker invoker)
    {
        var caller = message.Headers.TryGetValues("User-Agent", out var values) ? string.Join(' ', values) + " " : "";
        message.Headers.Remove("User-Agent");
        message.Headers.TryAddWithoutValidation("User-Agent", caller + invoker.UserAgent);
    }

    public static async Task CopyAnswerAsync(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name))
                to.Headers[name] = values.ToArray();
        }

        var body = await from.Content.ReadAsByteArrayAsync(to.HttpContext.RequestAborted);
        if (body.Length > 0)
            await to.Body.WriteAsync(body, to.HttpContext.RequestAborted);
    }
}

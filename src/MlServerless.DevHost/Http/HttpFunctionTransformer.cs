using MlServerless.DevHost.Invocation;
using Yarp.ReverseProxy.Forwarder;

namespace MlServerless.DevHost.Http;

/// <summary>Passes a request on as it came, path and Host included, with the headers that name the host and the invocation.</summary>
internal sealed class HttpFunctionTransformer(FunctionInvoker invoker) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // The path as the caller wrote it: decoding and encoding it again would lose an escaped slash.
        var target = httpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget;
        if (target is { Length: > 0 } && target[0] == '/')
            proxyRequest.RequestUri = new Uri(destinationPrefix.TrimEnd('/') + target);
        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        ForwardedRequest.AddUserAgent(proxyRequest, invoker);
        invoker.AddHeaders(proxyRequest.Headers);
    }
}

using System.Net;
using MlServerless.DevHost.Invocation;
using Yarp.ReverseProxy.Forwarder;

namespace MlServerless.DevHost.Http;

/// <summary>Calls HTTP functions in the way that host.json and the host's generation ask for: proxied, forwarded or enveloped.</summary>
internal sealed class HttpFunctionCaller : IDisposable
{
    /// <summary>After this time without a byte the front end of Azure gives up.</summary>
    private static readonly TimeSpan FrontEndTimeout = TimeSpan.FromSeconds(230);

    private readonly AppDefinition _app;
    private readonly IHandler _handler;
    private readonly FunctionInvoker _invoker;
    private readonly HttpEnvelope _envelope;
    private readonly IHttpForwarder _forwarder;
    private readonly HttpFunctionTransformer _transformer;
    private readonly bool _proxies;
    private readonly ILogger _log;
    private readonly HttpMessageInvoker _client;

    public HttpFunctionCaller(
        AppDefinition app, HostProfile profile, IHandler handler, FunctionInvoker invoker, HttpEnvelope envelope,
        IHttpForwarder forwarder, ILogger log)
    {
        _app = app;
        _handler = handler;
        _invoker = invoker;
        _envelope = envelope;
        _forwarder = forwarder;
        _transformer = new(invoker);
        _proxies = profile.CanProxy && app.Host.Handler.EnableProxying;
        _log = log;
        _client = new(new RetryWhileRefused(handler, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        }));
    }

    public async Task CallAsync(FunctionDefinition function, HttpContext context)
    {
        try
        {
            if (function.IsSimpleHttp && _proxies)
                await ProxyAsync(function, context);
            else if (function.IsSimpleHttp && _app.Host.Handler.EnableForwarding)
                await ForwardAsync(function, context);
            else
                await _envelope.CallAsync(function, context);
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException)
        {
            _log.LogError("{Function} failed: {Error}", function.Name, e.InnerException?.Message ?? e.Message);
            Fail(context, StatusCodes.Status500InternalServerError);
        }
        catch (BadHttpRequestException e)
        {
            Fail(context, e.StatusCode);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone, or the host stops.
            Fail(context, StatusCodes.Status503ServiceUnavailable);
        }
    }

    public void Dispose() => _client.Dispose();

    private static void Fail(HttpContext context, int status)
    {
        if (!context.Response.HasStarted)
            context.Response.StatusCode = status;
    }

    private async Task ProxyAsync(FunctionDefinition function, HttpContext context)
    {
        await _handler.WhenReadyAsync(context.RequestAborted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (_app.Host.FunctionTimeout is { } timeout)
            limit.CancelAfter(timeout);
        var error = await _forwarder.SendAsync(
            context, _handler.Address.ToString(), _client, new ForwarderRequestConfig { ActivityTimeout = FrontEndTimeout }, _transformer, limit.Token);
        if (error == ForwarderError.None || context.RequestAborted.IsCancellationRequested)
            return;
        if (limit.IsCancellationRequested)
            _log.LogError("{Error}", _invoker.TimedOut(function).Message);
        else if (context.GetForwarderErrorFeature()?.Exception is BadHttpRequestException tooLarge)
            Fail(context, tooLarge.StatusCode);
        else
            _log.LogError("{Function} failed: {Error} ({Cause})", function.Name, error, context.GetForwarderErrorFeature()?.Exception?.Message);
    }

    /// <summary>The older way: request and answer are held in memory, and a body without a length is refused.</summary>
    private async Task ForwardAsync(FunctionDefinition function, HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.TransferEncoding.Count > 0)
        {
            _log.LogError("{Function}: a chunked body cannot be forwarded by this host (enableProxyingHttpRequest on a newer one can).", function.Name);
            Fail(context, StatusCodes.Status500InternalServerError);
            return;
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        using var response = await _invoker.SendAsync(
            function, () => ForwardedRequest.Create(request, body, _handler.Address, _invoker), HttpCompletionOption.ResponseContentRead, context.RequestAborted);
        await ForwardedRequest.CopyAnswerAsync(response, context.Response);
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MlServerless.Soak.Faults;

/// <summary>
/// An HTTP proxy between a program and its storage. It hands on what it gets, counts it, and while it is armed one call meets with a fault. The program is
/// told of it with the setting HTTP_PROXY, so that addresses and signatures are those of storage itself.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int TriesOfAClient = 6;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);
    private static readonly string[] OfTheConnection = ["Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Expect", "Upgrade"];

    private readonly HttpClient storage = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private readonly Lock gate = new();
    private readonly List<StorageCall> calls = [];
    private readonly WebApplication web;
    private Fault? armed;
    private StorageCall? struck;
    private string? outage;
    private int outageLeft;

    private FaultProxy(WebApplication web) => this.web = web;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The calls since it was armed.</summary>
    public IReadOnlyList<StorageCall> Calls
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    public static async Task<FaultProxy> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
        });
        var proxy = new FaultProxy(builder.Build());
        proxy.web.Run(proxy.HandleAsync);
        await proxy.web.StartAsync();
        proxy.Address = new Uri(proxy.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return proxy;
    }

    /// <summary>Counts from now on.</summary>
    /// <param name="fault">Null to count only.</param>
    public void Arm(Fault? fault)
    {
        lock (gate)
        {
            calls.Clear();
            armed = fault;
            struck = null;
            outage = null;
        }
    }

    /// <returns>The call that the fault struck, or null where it came to none.</returns>
    public StorageCall? Disarm()
    {
        lock (gate)
        {
            armed = null;
            outage = null;
            return struck;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        storage.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var uri = new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        try
        {
            await AnswerAsync(context, uri, body.ToArray(), Strike(context.Request.Method, target));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <returns>The fault of this call; null for none.</returns>
    private FaultKind? Strike(string method, string target)
    {
        lock (gate)
        {
            string key = method + " " + target;
            if (outage == key && outageLeft-- > 0)
                return FaultKind.Outage;
            var call = StorageCall.Of(calls.Count + 1, method, new Uri(target), target.EndsWith("$batch", StringComparison.Ordinal));
            calls.Add(call);
            if (armed is not { } fault || fault.Call != call.Number)
                return null;
            struck = call;
            (outage, outageLeft) = fault.Kind == FaultKind.Outage ? (key, TriesOfAClient - 1) : (null, 0);
            return fault.Kind;
        }
    }

    private async Task AnswerAsync(HttpContext context, Uri target, byte[] body, FaultKind? fault)
    {
        switch (fault)
        {
            case FaultKind.ServerError or FaultKind.Outage:
                await RefuseAsync(context, StatusCodes.Status500InternalServerError, "InternalError");
                return;
            case FaultKind.Busy:
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "ServerBusy");
                return;
            case FaultKind.DropBefore:
                context.Abort();
                return;
            case FaultKind.Silence:
                await Task.Delay(LongestSilence, context.RequestAborted);
                return;
        }

        using HttpResponseMessage response = await ForwardAsync(context.Request, target, body);
        byte[] content = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        switch (fault)
        {
            case FaultKind.DropAfter:
                context.Abort();
                return;
            case FaultKind.LostInSilence:
                await Task.Delay(LongestSilence, context.RequestAborted);
                return;
            case FaultKind.Slow:
                await Task.Delay(Late, context.RequestAborted);
                break;
            case FaultKind.Cut when content.Length < 2:
                context.Abort();
                return;
        }

        HttpResponse answer = context.Response;
        answer.StatusCode = (int)response.StatusCode;
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = response.ReasonPhrase;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                answer.Headers[name] = values.ToArray();
        }

        if (content.Length == 0)
            return;
        answer.ContentLength = content.Length;
        if (fault != FaultKind.Cut)
        {
            await answer.Body.WriteAsync(content, context.RequestAborted);
            return;
        }

        await answer.Body.WriteAsync(content.AsMemory(0, content.Length / 2), context.RequestAborted);
        await answer.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request, Uri target, byte[] body)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (body.Length > 0 || request.ContentLength is not null || request.ContentType is not null)
            message.Content = new ByteArrayContent(body);
        foreach ((string name, var values) in request.Headers)
        {
            if (OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            if (!message.Headers.TryAddWithoutValidation(name, values.ToArray()))
                message.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        // What has reached storage is done there, whatever becomes of the one who asked.
        return await storage.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Injected.</Message></Error>");
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>
/// Stands in for the app: looks up each request among the recorded ones and gives the recorded answer; a request that no recording
/// holds goes to <see cref="Unrecorded"/>.
/// </summary>
internal sealed class ReplayHandler : IHandler, IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ILookup<string, RecordedExchange> _recorded = RecordedExchange.All
        .Where(e => !e.Name.StartsWith("blob-", StringComparison.Ordinal)).ToLookup(e => Masking.Normalize(e.Request));
    private readonly ConcurrentDictionary<string, int> _next = new();

    private ReplayHandler(WebApplication web) => _web = web;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Names of the recordings that were met.</summary>
    public ConcurrentDictionary<string, bool> Met { get; } = new();

    /// <summary>Normalized requests that no recording holds.</summary>
    public ConcurrentQueue<string> Unmatched { get; } = new();

    /// <summary>Those of them that nobody answered.</summary>
    public ConcurrentQueue<string> Unknown { get; } = new();

    /// <summary>Answers a request that is not among the recordings; null = nobody knows it.</summary>
    public Func<SentRequest, string?> Unrecorded { get; set; } = _ => null;

    /// <summary>Runs before an answer; may hold it back, or throw to drop the connection.</summary>
    public Func<SentRequest, Task> Before { get; set; } = _ => Task.CompletedTask;

    public int Kills { get; private set; }

    /// <summary>The recordings that were not met, each with the requests to the same path that differ.</summary>
    public string Explain(IEnumerable<string> names)
    {
        var text = new StringBuilder();
        foreach (var missing in _recorded.Where(group => group.Any(e => names.Contains(e.Name) && !Met.ContainsKey(e.Name))))
        {
            text.Append("\nRecorded ").AppendJoin(", ", missing.Select(e => e.Name)).Append(":\n").Append(missing.Key);
            foreach (var other in Unmatched.Where(u => u.Split('\n')[0] == missing.Key.Split('\n')[0]))
                text.Append("\nSent:\n").Append(other);
        }

        return text.Append("\nNot known at all:\n").AppendJoin("\n", Unknown.Take(3)).ToString();
    }

    public static async Task<ReplayHandler> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var handler = new ReplayHandler(web);
        web.Run(handler.AnswerAsync);
        await web.StartAsync();
        handler.Address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return handler;
    }

    public Task WhenReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void KillAndRestart(string reason) => Kills++;

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await ReadAsync(context.Request);
        try
        {
            await Before(request);
        }
        catch (IOException)
        {
            // Closes the connection without an answer, as a process that died does.
            context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Both);
            return;
        }

        var normalized = Masking.Normalize(request);
        var matches = _recorded[normalized].ToList();
        if (matches.Count > 0)
        {
            foreach (var match in matches)
                Met[match.Name] = true;
            // Equal requests were answered differently, one after the other.
            var turn = _next.AddOrUpdate(normalized, 0, (_, n) => n + 1);
            var exchange = matches[Math.Min(turn, matches.Count - 1)];
            context.Response.StatusCode = exchange.Status;
            if (exchange.Name.Contains("custom-reason", StringComparison.Ordinal))
                context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase = "MyError: order 7 not found";
            context.Response.ContentType = exchange.ContentType;
            if (exchange.Body.Length > 0)
                await context.Response.WriteAsync(exchange.Body);
            return;
        }

        Unmatched.Enqueue(normalized);
        if (Unrecorded(request) is { } answer)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer);
            return;
        }

        Unknown.Enqueue(normalized);
        context.Response.StatusCode = 599;
    }

    private static async Task<SentRequest> ReadAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        return new(request.Method, target[0], target.Length > 1 ? "?" + target[1] : "", headers, buffer.Length, Encoding.UTF8.GetString(buffer.ToArray()));
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Http;
using MlServerless.DevHost.Invocation;
using MlServerless.DevHost.Keys;
using MlServerless.DevHost.Queues;
using MlServerless.DevHost.Timers;
using Yarp.ReverseProxy.Forwarder;

namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>The parts of the DevHost put together around a <see cref="ReplayHandler"/>, for functions given as JSON.</summary>
internal sealed class ExchangeHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _listeners = [];
    private readonly WebApplication _web;
    private readonly TaskHub _hub;
    private readonly DurableDispatcher _durable;

    private ExchangeHost(DirectoryInfo folder, WebApplication web, TaskHub hub, DurableDispatcher durable, KeyStore keys, QueueStorage queues)
    {
        _folder = folder;
        _web = web;
        _hub = hub;
        _durable = durable;
        Keys = keys;
        Queues = queues;
        Address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
    }

    public KeyStore Keys { get; }

    public QueueStorage Queues { get; }

    public Uri Address { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null });

    /// <param name="functions">Bindings by function name.</param>
    public static async Task<ExchangeHost> StartAsync(
        ReplayHandler handler, HostProfile profile, HostSettings settings, string storage, IReadOnlyDictionary<string, string> functions)
    {
        var folder = Directory.CreateTempSubdirectory("devhost-exchanges");
        var app = Load(folder.FullName, settings, functions);
        var time = TimeProvider.System;
        var logs = NullLoggerFactory.Instance;
        var log = NullLogger.Instance;
        var keys = KeyStore.Load(Path.Combine(folder.FullName, "keys.json"), functions.Keys);
        var hub = TaskHub.Open(Path.Combine(folder.FullName, "hub"), log);
        var invoker = new FunctionInvoker(handler, profile, settings.FunctionTimeout, logs);
        var client = new DurableClient(hub, app, time);
        var queues = new QueueStorage(app, storage);
        var outputs = new OutputBinder(app, queues, client, keys);
        var durable = new DurableDispatcher(
            hub, new OrchestrationRunner(hub, app, invoker, profile, time, log), new ActivityRunner(hub, app, invoker, time, log),
            new DurableTimers(hub, time), log);
        var web = FrontEnd.Build(0, logs);
        var caller = new HttpFunctionCaller(
            app, profile, handler, invoker, new HttpEnvelope(invoker, outputs, time), web.Services.GetRequiredService<IHttpForwarder>(), log);
        var queueListeners = app.Functions.Where(f => f.Queue is not null).ToDictionary(
            f => f.Name, f => new QueueListener(f, settings.Queues, queues, invoker, outputs, time, log));
        var store = new TimerStatusStore(Path.Combine(folder.FullName, "timers.json"), log);
        var timers = app.Functions.Where(f => f.Timer is not null).ToDictionary(
            f => f.Name, f => new TimerListener(f, store, invoker, outputs, time, log));
        var admin = new AdminApi(app, keys, profile, timers, queueListeners, invoker, log, CancellationToken.None);
        FrontEnd.Map(web, app, keys, caller, admin, new DurableHttpApi(hub, client, keys, profile, settings.Durable.HubName));
        await web.StartAsync();
        var host = new ExchangeHost(folder, web, hub, durable, keys, queues);
        durable.Start(settings.Durable, TimeSpan.Zero);
        host._listeners.AddRange(queueListeners.Values.Select(q => Task.Run(() => q.RunAsync(host._stop.Token))));
        host._listeners.AddRange(timers.Values.Select(t => Task.Run(() => t.RunAsync(host._stop.Token))));
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _web.DisposeAsync();
        await _durable.DisposeAsync();
        await Task.WhenAll(_listeners);
        await _hub.DisposeAsync();
        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A request as curl sends it, to the port that the recordings show.</summary>
    public async Task<HttpResponseMessage> CurlAsync(
        string method, string pathAndQuery, HttpContent? content = null, bool chunked = false, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, pathAndQuery)) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        request.Headers.TryAddWithoutValidation("User-Agent", "curl/7.88.1");
        request.Headers.Host = "127.0.0.1:7171";
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> DurableAsync(HttpMethod method, string route, string? json = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, "runtime/webhooks/durabletask/" + route));
        request.Headers.Add("x-functions-key", Keys.System);
        if (json is not null)
            request.Content = new StringContent(json, null, "application/json");
        return Http.SendAsync(request);
    }

    public Task<string?> StatusAsync(string instanceId) =>
        Task.FromResult(_hub.Read(state => state.Find(instanceId)?.Status.ToString()));

    private static AppDefinition Load(string folder, HostSettings settings, IReadOnlyDictionary<string, string> functions)
    {
        var problems = new List<ConfigurationProblem>();
        var appSettings = new AppSettings([]);
        var definitions = functions.Select(f => FunctionJsonReader.Read(
            f.Key, JsonFile.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"bindings":[{{f.Value}}]}"""), f.Key, problems)!, appSettings, problems)!).ToList();
        Assert.Empty(problems);
        return new(folder, settings, definitions, appSettings, []);
    }
}

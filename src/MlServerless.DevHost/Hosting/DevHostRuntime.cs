using System.Net;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MlServerless.DevHost.Blobs;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Http;
using MlServerless.DevHost.Invocation;
using MlServerless.DevHost.Keys;
using MlServerless.DevHost.Queues;
using MlServerless.DevHost.Timers;
using Yarp.ReverseProxy.Forwarder;

namespace MlServerless.DevHost.Hosting;

/// <summary>Everything that runs while an app is served, put together and taken apart in the right order.</summary>
internal sealed class DevHostRuntime : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _listeners = [];
    private readonly List<Action> _start = [];
    private readonly List<Action> _tellStop = [];
    private readonly Stack<IAsyncDisposable> _parts = new();

    private DevHostRuntime(AppDefinition app, KeyStore keys, StorageAccount storage, Task<string> ended)
    {
        App = app;
        Keys = keys;
        Storage = storage;
        Ended = ended;
    }

    public AppDefinition App { get; }

    public KeyStore Keys { get; }

    public StorageAccount Storage { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Ends with the reason when the host cannot go on.</summary>
    public Task<string> Ended { get; }

    /// <summary>Starts everything and returns when the app answers.</summary>
    /// <exception cref="StartupException">Something is in the way; what was started is stopped again.</exception>
    public static async Task<DevHostRuntime> StartAsync(
        DevHostOptions options, AppDefinition app, DataFolder data, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var log = logs.CreateLogger("Host");
        foreach (var note in app.Notes)
            log.LogWarning("{Note}", note);
        if (HandlerProcess.KillLeftBehind(data.HandlerPid) is { } left)
            log.LogWarning("Killed the app's process {Id} that an earlier DevHost left behind.", left);

        var storage = await StorageAccount.OpenAsync(app.Settings, data.Path, text => log.LogInformation("{Text}", text), cancellationToken);
        DevHostRuntime? runtime = null;
        try
        {
            var keys = KeyStore.Load(data.Keys, app.Functions.Where(f => f.Kind == FunctionKind.Http).Select(f => f.Name));
            var hub = TaskHub.Open(data.Hub, logs.CreateLogger("Durable"));
            using var reserved = HandlerSupervisor.ReservePort(options.Port);
            var handlerPort = HandlerSupervisor.PortOf(reserved);
            var hostPort = options.Port;
            var supervisor = new HandlerSupervisor(
                new HandlerLaunch(app, handlerPort, () => hostPort, storage.ConnectionString), handlerPort, app.Host.Handler.InitializationTimeout,
                new RestartPolicy(options.MaxRestarts, TimeProvider.System), data.HandlerPid, logs);
            runtime = new(app, keys, storage, EndedAsync(supervisor, hub, storage));
            runtime._parts.Push(hub);
            runtime._parts.Push(supervisor);
            runtime._tellStop.Add(supervisor.BeginStop);
            hostPort = await runtime.BuildAsync(options, data, hub, supervisor, logs);
            reserved.Stop();
            supervisor.Start();
            var ready = supervisor.WhenReadyAsync(cancellationToken);
            await Task.WhenAny(ready, runtime.Ended);
            cancellationToken.ThrowIfCancellationRequested();
            if (!ready.IsCompletedSuccessfully)
                throw new StartupException(ready.Exception?.InnerException?.Message ?? await runtime.Ended);
            foreach (var listen in runtime._start)
                listen();
            return runtime;
        }
        catch
        {
            if (runtime is not null)
                await runtime.DisposeAsync();
            else
                await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells every part that the end has come, before anything is taken down: what now fails has not failed by itself.</summary>
    public void BeginStop()
    {
        foreach (var tell in _tellStop)
            tell();
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        BeginStop();
        // The front end stops first, then triggers and orchestrations, then the app, the task hub, and storage last.
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        await Task.WhenAll(_listeners);
        await Storage.DisposeAsync();
        _stop.Dispose();
    }

    private static async Task<string> EndedAsync(HandlerSupervisor supervisor, TaskHub hub, StorageAccount storage)
    {
        var first = await Task.WhenAny(supervisor.GaveUp, hub.Failed, storage.Ended);
        if (first == supervisor.GaveUp)
            return await supervisor.GaveUp;
        return first == hub.Failed
            ? $"The task hub cannot be written: {(await hub.Failed).Message}"
            : "The storage emulator ended.";
    }

    /// <summary>Puts the parts together and opens the front end.</summary>
    /// <returns>The port of the front end.</returns>
    private async Task<int> BuildAsync(DevHostOptions options, DataFolder data, TaskHub hub, HandlerSupervisor supervisor, ILoggerFactory logs)
    {
        var time = TimeProvider.System;
        var invoker = new FunctionInvoker(supervisor, options.Profile, App.Host.FunctionTimeout, logs);
        var client = new DurableClient(hub, App, time);
        var queueStorage = new QueueStorage(App, Storage.ConnectionString);
        var outputs = new OutputBinder(App, queueStorage, client, Keys);

        var durable = new DurableDispatcher(
            hub,
            new OrchestrationRunner(hub, App, invoker, options.Profile, time, logs.CreateLogger("Durable")),
            new ActivityRunner(hub, App, invoker, time, logs.CreateLogger("Durable")),
            new DurableTimers(hub, time),
            logs.CreateLogger("Durable"));
        _parts.Push(durable);
        _tellStop.Add(durable.BeginStop);
        _start.Add(() => durable.Start(App.Host.Durable, options.RedeliveryDelay));

        var queues = App.Functions.Where(f => f.Queue is not null).ToDictionary(
            f => f.Name, f => new QueueListener(f, App.Host.Queues, queueStorage, invoker, outputs, time, logs.CreateLogger("Queue")));
        var statusStore = new TimerStatusStore(data.Timers, logs.CreateLogger("Timer"));
        var timers = App.Functions.Where(f => f.Timer is not null).ToDictionary(
            f => f.Name, f => new TimerListener(f, statusStore, invoker, outputs, time, logs.CreateLogger("Timer")));
        var seen = SeenBlobs.Open(data.SeenBlobs, logs.CreateLogger("Blob"));
        var blobs = new BlobServiceClient(Storage.ConnectionString);
        var watchers = options.Watches.Select(w => new BlobWatcher(blobs, w.Container, w.Queue, queueStorage, seen, logs.CreateLogger("Blob"))).ToList();
        var listeners = queues.Values.Select<QueueListener, Func<CancellationToken, Task>>(q => q.RunAsync)
            .Concat(timers.Values.Select<TimerListener, Func<CancellationToken, Task>>(t => t.RunAsync))
            .Concat([token => WatchAsync(watchers, seen, token)]);
        foreach (var listener in listeners)
            _start.Add(() => _listeners.Add(Task.Run(() => listener(_stop.Token))));

        var admin = new AdminApi(App, Keys, options.Profile, timers, queues, invoker, logs.CreateLogger("Host"), _stop.Token);
        var durableApi = new DurableHttpApi(hub, client, Keys, options.Profile, App.Host.Durable.HubName);
        var web = FrontEnd.Build(options.Port, logs);
        var caller = new HttpFunctionCaller(
            App, options.Profile, supervisor, invoker, new HttpEnvelope(invoker, outputs, time), web.Services.GetRequiredService<IHttpForwarder>(), logs.CreateLogger("Http"));
        FrontEnd.Map(web, App, Keys, caller, admin, durableApi);
        _parts.Push(web);
        try
        {
            await web.StartAsync(_stop.Token);
        }
        catch (IOException e)
        {
            throw new StartupException($"Port {options.Port} is taken by another program. Stop that program, or give another port with --port (0 takes a free one).", e);
        }

        Address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return Address.Port;
    }

    private static async Task WatchAsync(List<BlobWatcher> watchers, SeenBlobs seen, CancellationToken stop)
    {
        using (seen)
            await BlobWatcher.RunAsync(watchers, stop);
    }
}

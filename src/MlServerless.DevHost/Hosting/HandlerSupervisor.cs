using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace MlServerless.DevHost.Hosting;

/// <summary>
/// Keeps the app running by the host's rules: a non-zero exit is restarted on the same port until there are too many, exit 200 is
/// restarted uncounted, exit 0 is never restarted.
/// </summary>
internal sealed class HandlerSupervisor : IHandler, IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private readonly HandlerLaunch _launch;
    private readonly TimeSpan _initializationTimeout;
    private readonly RestartPolicy _policy;
    private readonly string _pidFile;
    private readonly ILogger _log;
    private readonly ILogger _appLog;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _ping = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HandlerProcess? _process;
    private bool _restartAsked;
    private Task _run = Task.CompletedTask;

    public HandlerSupervisor(
        HandlerLaunch launch, int port, TimeSpan initializationTimeout, RestartPolicy policy, string pidFile, ILoggerFactory logs)
    {
        _launch = launch;
        Address = new Uri($"http://127.0.0.1:{port}/");
        _initializationTimeout = initializationTimeout;
        _policy = policy;
        _pidFile = pidFile;
        _log = logs.CreateLogger("Host");
        _appLog = logs.CreateLogger("App");
    }

    public Uri Address { get; }

    /// <summary>Ends with the reason when the app failed too often and the host has to stop.</summary>
    public Task<string> GaveUp => _gaveUp.Task;

    /// <summary>Holds a port for the app, so that the host's own front end does not get it: it would then call itself. Stopped, it is free for the app.</summary>
    /// <param name="except">The front end's port where it is given; it may be free now, too.</param>
    public static TcpListener ReservePort(int except)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        if (PortOf(listener) != except)
            return listener;

        // It is held while another is asked for.
        TcpListener other = ReservePort(except);
        listener.Stop();
        return other;
    }

    public static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Start() => _run = RunAsync();

    public Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _ready.Task.WaitAsync(cancellationToken);
    }

    public void KillAndRestart(string reason)
    {
        lock (_lock)
        {
            if (_process is null || _stop.IsCancellationRequested)
                return;
            _log.LogWarning("Killing the app (process {Id}): {Reason}", _process.Id, reason);
            _restartAsked = true;
            _process.Kill();
        }
    }

    /// <summary>From now on the app is not started again.</summary>
    public void BeginStop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        BeginStop();
        lock (_lock)
            _process?.Kill();
        await _run;
        _ping.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var error = await RunOnceAsync();
            lock (_lock)
            {
                if (_ready.Task.IsCompleted)
                    _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (_stop.IsCancellationRequested)
                break;
            if (error is null)
                continue;
            _log.LogError("{Error}", error);
            if (!_policy.AddError())
            {
                CancelCalls();
                _gaveUp.TrySetResult($"The app failed {_policy.Errors} times within 30 minutes. Last: {error}");
                return;
            }

            _log.LogInformation("Starting the app again (error {Count}).", _policy.Errors);
        }

        CancelCalls();
    }

    /// <summary>What waits for the app is not failed but left for the next start of the host.</summary>
    private void CancelCalls()
    {
        lock (_lock)
        {
            if (_ready.Task.IsCompleted)
                _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _ready.SetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Runs the app to its end.</summary>
    /// <returns>Null when the end does not count as an error.</returns>
    private async Task<string?> RunOnceAsync()
    {
        HandlerProcess process;
        try
        {
            lock (_lock)
            {
                if (_stop.IsCancellationRequested)
                    return null;
                _restartAsked = false;
                process = _process = HandlerProcess.Start(_launch.Create(), _pidFile,
                    line => _appLog.LogInformation("{Line}", line), line => _appLog.LogError("{Line}", line));
            }
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return $"The app cannot be started: {e.Message}";
        }

        using (process)
        {
            var ready = await WaitUntilAnswersAsync(process);
            if (ready)
            {
                _log.LogInformation("The app is ready (process {Id}, {Address}).", process.Id, Address);
                lock (_lock)
                    _ready.TrySetResult();
                await process.Exited;
            }
            else if (!process.Exited.IsCompleted)
            {
                process.Kill();
                await process.Exited;
                if (!_stop.IsCancellationRequested && !_restartAsked)
                    return $"The app did not answer GET {Address} within {_initializationTimeout.TotalSeconds:0} s (customHandler.initializationTimeout in host.json).";
            }

            bool asked;
            lock (_lock)
            {
                _process = null;
                asked = _restartAsked;
            }

            if (asked || _stop.IsCancellationRequested)
                return null;
            switch (process.ExitCode)
            {
                case 200:
                    _log.LogInformation("The app asked to be started again (exit code 200).");
                    return null;
                case 0:
                    _log.LogError("The app ended with exit code 0; as on Azure it is not started again and every call fails.");
                    Fail(new HandlerUnavailableException("The app ended with exit code 0 and is not started again."));
                    await Task.Delay(Timeout.Infinite, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                    return null;
                default:
                    return $"The app ended with exit code {process.ExitCode}.";
            }
        }
    }

    private void Fail(Exception error)
    {
        lock (_lock)
        {
            if (_ready.Task.IsCompleted)
                _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _ready.SetException(error);
            // Nobody may be waiting.
            _ = _ready.Task.Exception;
        }
    }

    private async Task<bool> WaitUntilAnswersAsync(HandlerProcess process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(_initializationTimeout);
        // Something else may hold the port and never answer.
        _ = process.Exited.ContinueWith(_ => Cancel(limit), TaskScheduler.Default);
        while (!process.Exited.IsCompleted && !limit.IsCancellationRequested)
        {
            try
            {
                using var response = await _ping.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.WhenAny(process.Exited, Task.Delay(PollInterval, CancellationToken.None));
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The wait is over.
        }
    }
}

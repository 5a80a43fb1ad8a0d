using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.DevHost.Tests.Hosting;

public sealed class HandlerSupervisorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-supervisor");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HandlerSupervisorTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Environment, folder, arguments and the first request are those that the real host gives.</summary>
    [Fact]
    public async Task Start_GivesWhatTheHostGives()
    {
        await using var supervisor = Supervisor("env > env.txt; pwd > pwd.txt; echo \"$@\" > args.txt; exec sleep 100", "--arg1");
        supervisor.Start();
        using var client = await _listener.AcceptTcpClientAsync();
        var buffer = new byte[1000];
        var ping = Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
        Assert.Equal($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\n\r\n", ping);
        // Any answer will do.
        await client.GetStream().WriteAsync("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        await supervisor.WhenReadyAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        await Waiting.UntilAsync(() => new FileInfo(Path.Combine(_folder.FullName, "args.txt")) is { Exists: true, Length: > 0 }, "the script has written its last file");

        var environment = File.ReadAllLines(Path.Combine(_folder.FullName, "env.txt")).Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .ToDictionary(p => p[0], p => p[1]);
        using var recorded = System.Text.Json.JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Exchanges", "Recorded", "env-of-handler-process.json")));
        // Those that the recording host was itself started with.
        string[] notOurs = ["AzureWebJobsFeatureFlags", "FUNCTIONS_TEST_TMP", "AzureFunctionsJobHost__logging__console__isEnabled"];
        foreach (var variable in recorded.RootElement.EnumerateObject().Where(v => v.Name[0] != '_' && !notOurs.Contains(v.Name)))
        {
            var expected = variable.Value.GetString()!
                .Replace("/home/site/bld/app", _folder.FullName, StringComparison.Ordinal)
                .Replace("43413", Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("8cfc3314-6629-4f55-ad91-776bcd6b8589", environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"], StringComparison.Ordinal);
            Assert.Equal((variable.Name, expected), (variable.Name, environment.GetValueOrDefault(variable.Name)));
        }

        Assert.True(Guid.TryParse(environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"], out _));
        Assert.Equal("inherited", environment["SET_BY_THE_APP"]);
        Assert.Equal(_folder.FullName, File.ReadAllText(Path.Combine(_folder.FullName, "pwd.txt")).Trim());
        Assert.Equal("--arg1", File.ReadAllText(Path.Combine(_folder.FullName, "args.txt")).Trim());
    }

    [Fact]
    public async Task Exit_Zero_IsNeverRestarted()
    {
        await using var supervisor = Supervisor("echo x >> starts.txt; exit 0");
        supervisor.Start();
        await Assert.ThrowsAsync<HandlerUnavailableException>(() => supervisor.WhenReadyAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(supervisor.GaveUp.IsCompleted);
        Assert.Equal(1, Starts);
    }

    [Fact]
    public async Task Exit_NonZero_StopsTheHostAtTheThirdTime()
    {
        await using var supervisor = Supervisor("echo x >> starts.txt; exit 7");
        supervisor.Start();
        var reason = await supervisor.GaveUp.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("exit code 7", reason, StringComparison.Ordinal);
        Assert.Equal(3, Starts);
        await Assert.ThrowsAsync<TaskCanceledException>(() => supervisor.WhenReadyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Exit_200_IsRestartedUncounted()
    {
        await using var supervisor = Supervisor("echo x >> starts.txt; if [ $(wc -l < starts.txt) -lt 6 ]; then exit 200; fi; exec sleep 100");
        supervisor.Start();
        await Waiting.UntilAsync(() => Starts == 6, "six starts");
        Assert.False(supervisor.GaveUp.IsCompleted);
    }

    [Fact]
    public async Task Start_ThatNeverAnswers_IsAnError()
    {
        _listener.Stop();
        await using var supervisor = Supervisor("exec sleep 100", TimeSpan.FromMilliseconds(200));
        supervisor.Start();
        Assert.Contains("did not answer", await supervisor.GaveUp.WaitAsync(TimeSpan.FromSeconds(20)), StringComparison.Ordinal);
    }

    [Fact]
    public void KillLeftBehind_LeavesAnotherProcessAlone()
    {
        var file = Path.Combine(_folder.FullName, "pid");
        // The id has gone to another process: its start time differs.
        File.WriteAllText(file, $"{Environment.ProcessId} {DateTime.UtcNow.AddDays(-1).Ticks}");
        Assert.Null(HandlerProcess.KillLeftBehind(file));
        Assert.False(File.Exists(file));
    }

    private int Starts => File.Exists(Path.Combine(_folder.FullName, "starts.txt")) ? File.ReadAllLines(Path.Combine(_folder.FullName, "starts.txt")).Length : 0;

    private HandlerSupervisor Supervisor(string script, params string[] arguments) => Supervisor(script, TimeSpan.FromSeconds(30), arguments);

    private HandlerSupervisor Supervisor(string script, TimeSpan initialization, params string[] arguments)
    {
        var settings = new AppSettings([]);
        settings.Set("SET_BY_THE_APP", "inherited");
        var app = new AppDefinition(
            _folder.FullName, new HostSettings { Handler = new() { ExecutablePath = "/bin/sh", Arguments = ["-c", script, "sh", .. arguments] } }, [], settings, []);
        return new(
            new HandlerLaunch(app, Port, () => 7171, "UseDevelopmentStorage=true"), Port, initialization,
            new RestartPolicy(3, TimeProvider.System), Path.Combine(_folder.FullName, "app.pid"), NullLoggerFactory.Instance);
    }
}

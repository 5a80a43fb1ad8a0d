using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MlServerless.DevHost.Tests.EndToEnd;

/// <summary>The real program, started with the test app.</summary>
internal sealed class DevHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private DevHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string TestApp { get; } = Path.GetFullPath(typeof(DevHostProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TestApp").Value!);

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public IEnumerable<string> Lines => _lines;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the program; does not wait for it to be ready.</summary>
    public static DevHostProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "MlServerless.DevHost"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Remove("AzureWebJobsStorage");
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    public async Task<DevHostProcess> ReadyAsync()
    {
        await Waiting.UntilAsync(() => Find("DevHost ready: ") is not null || _process.HasExited, () => "ready\n" + string.Join('\n', _lines), 60);
        Assert.False(_process.HasExited, string.Join('\n', _lines));
        Http.BaseAddress = new Uri(Find("DevHost ready: ")!);
        return this;
    }

    /// <summary>What stands behind a label in the output, such as <c>Host key: </c>.</summary>
    public string? Find(string label) => _lines.FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal))?[label.Length..];

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? key = null, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        if (json is not null)
            request.Content = new StringContent(json, null, "application/json");
        using var response = await Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Body)> DurableAsync(HttpMethod method, string route, string? json = null) =>
        SendAsync(method, "/runtime/webhooks/durabletask/" + route, Find("System key: "), json);

    public async Task<JsonElement> InstanceAsync(string id)
    {
        var (status, body) = await DurableAsync(HttpMethod.Get, "instances/" + id);
        return status == HttpStatusCode.NotFound ? default : JsonDocument.Parse(body).RootElement;
    }

    public async Task<string> EndedAsync(string id, string status = "Completed")
    {
        JsonElement instance = default;
        await Waiting.UntilAsync(
            async () =>
            {
                instance = await InstanceAsync(id);
                return instance.ValueKind == JsonValueKind.Object && instance.GetProperty("runtimeStatus").GetString() == status;
            },
            $"{id} is {status}");
        return instance.GetProperty("output").ToString();
    }

    public async Task WaitForLineAsync(string text) =>
        await Waiting.UntilAsync(() => _lines.Any(l => l.Contains(text, StringComparison.Ordinal)), () => $"a line with '{text}' in\n" + string.Join('\n', _lines));

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL for the program alone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public Task<int> StopAsync()
    {
        Assert.Equal(0, kill(_process.Id, 15));
        return ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        _process.Dispose();
        Http.Dispose();
    }

    /// <summary>SIGINT to the app and to the program, as Ctrl-C sends it to all processes of a terminal.</summary>
    public Task<int> InterruptAsync(int appProcessId)
    {
        Assert.Equal(0, kill(appProcessId, 2));
        Assert.Equal(0, kill(_process.Id, 2));
        return ExitAsync();
    }

    public static void KillNow(int processId) => Assert.Equal(0, kill(processId, 9));

    public static bool IsRunning(int processId) => kill(processId, 0) == 0;

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }

#pragma warning disable CA5392, SYSLIB1054 // The C library is where it always is; source generation would need unsafe code.
    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int processId, int signal);
#pragma warning restore CA5392, SYSLIB1054
}

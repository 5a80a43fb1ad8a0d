using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MlServerless.EndToEnd.Support;

/// <summary>
/// The DevHost as a process of its own, with a data folder that outlives it: it can be killed and started again. It ends when this process ends, in
/// whatever way, because it watches its standard input.
/// </summary>
internal sealed class DevHostProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly DevHostOptions options;
    private readonly string data = Directory.CreateTempSubdirectory("mlserverless-e2e-").FullName;
    private readonly StreamWriter log;
    private Process? process;

    private DevHostProcess(DevHostOptions options)
    {
        this.options = options;
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "logs")).FullName;
        log = new StreamWriter(Path.Combine(folder, options.Name + ".log")) { AutoFlush = true };
    }

    public DevHostOutput Output { get; } = new();

    public DevHostAddress Address { get; private set; } = null!;

    /// <summary>The DevHost's process.</summary>
    public int Id => process!.Id;

    /// <summary>Whether a call may find the app down.</summary>
    public bool AppIsKilled => options.AppIsKilled;

    public static async Task<DevHostProcess> StartAsync(DevHostOptions options)
    {
        var host = new DevHostProcess(options);
        try
        {
            await host.StartAgainAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same data.</summary>
    /// <param name="settings">Added to those of the options, for this start.</param>
    public async Task StartAgainAsync(params (string Name, string Value)[] settings)
    {
        Output.StartAnew();
        process = Process.Start(StartInfo(settings))!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Task exited = process.WaitForExitAsync();
        Task first = await Task.WhenAny(Output.Ready, exited, Task.Delay(StartLimit));
        if (first != Output.Ready)
        {
            string what = first == exited ? $"ended with code {process.ExitCode}" : $"was not ready within {StartLimit.TotalSeconds} s";
            throw new InvalidOperationException($"The DevHost {what}. It said:\n{string.Join('\n', Output.LinesFrom(Math.Max(0, Output.Count - 60)))}");
        }

        Address = await Output.Ready;
    }

    /// <summary>kill -9 of the app, whose DevHost starts it again.</summary>
    public void KillApp() => Send(Output.App.Process, Kill);

    /// <summary>kill -9 of the DevHost, which leaves behind what it started.</summary>
    public async Task KillAsync()
    {
        Send(process!.Id, Kill);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async Task StopAsync()
    {
        if (process is null)
            return;
        if (!process.HasExited)
            Send(process.Id, Interrupt);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await log.DisposeAsync();
        try
        {
            Directory.Delete(data, recursive: true);
        }
        catch (IOException)
        {
            // An emulator whose host was killed may still be writing its last file; the folder is a temporary one.
        }
    }

    private ProcessStartInfo StartInfo((string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data,
        };
        string[] arguments =
        [
            "exec", AppPublish.DevHost, "--app", options.App ?? AppPublish.Folder, "--port", "0", "--data", data, "--stop-with-stdin",
            .. options.AppIsKilled ? ["--max-restarts", "1000"] : Array.Empty<string>(), .. options.Watch ? Array.Empty<string>() : ["--watch", "none"],
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        // Whatever account or settings this shell has, the tests work on an emulator of their own.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("AzureWebJobs", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MlServerless__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach ((string name, string value) in options.Settings.Select(setting => (setting.Key, setting.Value)).Concat(settings))
            start.Environment[name] = value;
        return start;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
            return;
        lock (log)
        {
            if (log.BaseStream is { CanWrite: true })
                log.WriteLine(text);
        }

        Output.Read(text);
    }

    private static void Send(int id, int signal)
    {
        if (SendSignal(id, signal) != 0)
            throw new InvalidOperationException($"Process {id} does not take signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}

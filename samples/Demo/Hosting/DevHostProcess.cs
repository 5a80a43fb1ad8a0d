using System.Diagnostics;
using System.Globalization;

namespace MlServerless.Demo.Hosting;

/// <summary>The DevHost as a process of its own: it starts the storage emulator and the app.</summary>
internal sealed class DevHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly DevHostOutput output;
    private readonly StreamWriter log;

    private DevHostProcess(Process process, DevHostOutput output, StreamWriter log)
    {
        this.process = process;
        this.output = output;
        this.log = log;
    }

    /// <summary>Starts it; <see cref="WaitUntilReadyAsync"/> says when it serves.</summary>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="folder">For its data and its output.</param>
    /// <param name="appDirectory">A publish folder of the app; null has the DevHost publish it.</param>
    /// <param name="onLine">Gets every line that it prints.</param>
    public static DevHostProcess Start(int port, DemoFolder folder, string? appDirectory, Action<string> onLine)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Repository.Root(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])[Repository.DevHostAssembly(), "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder.Path, "--stop-with-stdin"])
            start.ArgumentList.Add(argument);
        if (appDirectory is not null)
        {
            start.ArgumentList.Add("--app");
            start.ArgumentList.Add(appDirectory);
        }

        // Whatever account this shell is set up for, the demo works on an emulator of its own.
        foreach (string setting in start.Environment.Keys.Where(k => k.StartsWith("AzureWebJobsStorage", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(setting);

        var log = new StreamWriter(folder.LogFile) { AutoFlush = true };
        var output = new DevHostOutput();
        var process = new Process { StartInfo = start };
        void Line(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not { } text)
                return;
            lock (log)
                log.WriteLine(text);
            output.Read(text);
            onLine(text);
        }
        process.OutputDataReceived += Line;
        process.ErrorDataReceived += Line;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new DevHostProcess(process, output, log);
    }

    /// <summary>Ends when the DevHost ends.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <exception cref="DemoException">It ended, or did not become ready in time.</exception>
    public async Task<DevHostAddress> WaitUntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task exited = process.WaitForExitAsync(timeout.Token);
        Task first = await Task.WhenAny(output.Ready, exited, Task.Delay(limit, timeout.Token));
        await timeout.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first == output.Ready)
            return await output.Ready;
        string what = first == exited ? $"The DevHost ended with code {process.ExitCode}" : $"The DevHost was not ready within {limit.TotalSeconds:0} s";
        throw new DemoException($"{what}. It said last:\n{output.Tail}");
    }

    /// <summary>Closes its standard input, which also happens when this program is killed: it stops what it has started. Kills the whole tree when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var timeout = new CancellationTokenSource(StopTimeout);
            try
            {
                await process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        process.Dispose();
        lock (log)
            log.Dispose();
    }
}

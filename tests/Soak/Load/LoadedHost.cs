using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MlServerless.Soak.Load;

/// <summary>A DevHost as a process, with the app and a storage emulator behind it. It ends with this process, because it watches its standard input.</summary>
internal sealed partial class LoadedHost : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private readonly Process process;
    private readonly string folder;
    private readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string key = "";
    private int app;
    private int errors;

    private LoadedHost(Process process, string folder)
    {
        this.process = process;
        this.folder = folder;
    }

    /// <summary>The id of the DevHost's process.</summary>
    public int Process => process.Id;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Storage { get; private set; } = "";

    /// <summary>By which functions are called by hand.</summary>
    public string MasterKey { get; private set; } = "";

    /// <summary>Lines of level Error or Critical that the app has written.</summary>
    public int ErrorLines => errors;

    public string FirstError { get; private set; } = "";

    /// <param name="app">The app's publish folder; null to have it published.</param>
    public static async Task<LoadedHost> StartAsync(string? app)
    {
        string folder = Directory.CreateTempSubdirectory("mlserverless-load-").FullName;
        string devHost = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "DevHost").Value!;
        var start = new ProcessStartInfo("dotnet", ["exec", devHost, "--port", "0", "--data", folder, "--stop-with-stdin", .. app is null ? Array.Empty<string>() : ["--app", app]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var host = new LoadedHost(System.Diagnostics.Process.Start(start)!, folder);
        host.process.OutputDataReceived += (_, line) => host.Read(line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Read(line.Data);
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        Task first = await Task.WhenAny(host.ready.Task, host.process.WaitForExitAsync(), Task.Delay(StartLimit));
        if (first != host.ready.Task)
        {
            await host.DisposeAsync();
            throw new InvalidOperationException("The DevHost did not start.");
        }

        host.Client.BaseAddress = await host.ready.Task;
        host.Client.DefaultRequestHeaders.Add("x-functions-key", host.key);
        host.Client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return host;
    }

    /// <summary>Resident bytes and seconds of processor time of the app.</summary>
    public (long Memory, double Processor) Measure()
    {
        using Process running = System.Diagnostics.Process.GetProcessById(app);
        return (running.WorkingSet64, running.TotalProcessorTime.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        if (line.Contains("\"level\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"level\":\"Critical\"", StringComparison.Ordinal))
        {
            if (Interlocked.Increment(ref errors) == 1)
                FirstError = line;
        }
        else if (Key().Match(line) is { Success: true } found)
        {
            if (found.Groups["kind"].Value == "Host")
                key = found.Groups["key"].Value;
            else
                MasterKey = found.Groups["key"].Value;
        }
        else if (Connection().Match(line) is { Success: true } connection)
        {
            Storage = connection.Groups["connection"].Value;
        }
        else if (App().Match(line) is { Success: true } running)
        {
            app = int.Parse(running.Groups["id"].Value, CultureInfo.InvariantCulture);
        }
        else if (Host().Match(line) is { Success: true } address)
        {
            ready.TrySetResult(new Uri(address.Groups["url"].Value + "/"));
        }
    }

    [GeneratedRegex(@"^(?<kind>Host|Master) key: (?<key>\S+)$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^Storage \(Azurite\): (?<connection>\S+)$")]
    private static partial Regex Connection();

    [GeneratedRegex(@"The app is ready \(process (?<id>\d+), http://\S+\)\.")]
    private static partial Regex App();

    [GeneratedRegex(@"^DevHost ready: (?<url>http://\S+)$")]
    private static partial Regex Host();
}

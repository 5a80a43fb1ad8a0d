using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MlServerless.Worker.Tests.Hosting;

/// <summary>The tests' own function app as a process of its own, as the Functions host starts it.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private const string App = "MlServerless.Worker.Tests.App";
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private AppProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Build output of a project of this repository that was built along with the tests.</summary>
    public static string OutputOf(string project)
    {
        // …/tests/{this project}/bin/{configuration}/{framework}/
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var root = folder.Parent!.Parent!.Parent!.Parent!.Parent!;
        var parent = Directory.Exists(Path.Combine(root.FullName, "src", project)) ? "src" : "tests";
        return Path.Combine(root.FullName, parent, project, "bin", folder.Parent.Name, folder.Name);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static AppProcess Start(IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(OutputOf(App), App + ".dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AppProcess(Process.Start(start)!);
    }

    /// <summary>Asks for readiness as the host does, until there is an answer.</summary>
    public async Task<HttpClient> ReadyAsync(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        while (!process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/", UriKind.Relative));
                return client;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25);
            }
        }

        throw new InvalidOperationException($"The app exited with {process.ExitCode}: {await output}");
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<(int Code, string Output, string Errors)> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MlServerless.Benchmarks.Serve;

/// <summary>A server on loopback, with the time it took to its first answer and what it costs.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private HttpServer(Process process, int port, TimeSpan firstAnswer)
    {
        this.process = process;
        Port = port;
        FirstAnswer = firstAnswer;
    }

    internal int Port { get; }

    /// <summary>From the start of the process to the end of its first answer.</summary>
    internal TimeSpan FirstAnswer { get; }

    /// <summary>CPU of the process and its children.</summary>
    internal double ProcessorSeconds => Tree(process.Id).Sum(Processor);

    /// <summary>Resident memory of the process and its children; pages that they share count for each.</summary>
    internal double Megabytes => Tree(process.Id).Sum(Resident);

    /// <param name="path">Of the first request.</param>
    /// <param name="body">Its body.</param>
    internal static async Task<HttpServer> StartAsync(ServerCommand command, string path, byte[] body)
    {
        int port = FreePort();
        var start = new ProcessStartInfo(command.Program, command.Arguments(port)) { WorkingDirectory = command.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in command.Variables(port))
            start.Environment[name] = value;
        using var http = new HttpClient();
        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        var output = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        string last = "";
        while (Stopwatch.GetElapsedTime(began) < Patience && !process.HasExited)
        {
            try
            {
                // Failures of the client itself would take a core from the server.
                using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
                    await probe.ConnectAsync(IPAddress.Loopback, port);
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using HttpResponseMessage answer = await http.PostAsync(new Uri($"http://127.0.0.1:{port}{path}"), content);
                last = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode)
                    return new HttpServer(process, port, Stopwatch.GetElapsedTime(began));
            }
            catch (Exception exception) when (exception is SocketException or HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(2);
        }

        process.Kill(entireProcessTree: true);
        throw new BenchmarkException($"{command.Name} gave no answer: {last}\n{string.Join('\n', output.TakeLast(20))}");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static IEnumerable<int> Tree(int id)
    {
        yield return id;
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int other) && Stat(other) is { } stat && int.Parse(stat[1], CultureInfo.InvariantCulture) == id)
            {
                foreach (int child in Tree(other))
                    yield return child;
            }
        }
    }

    private static double Processor(int id) => Stat(id) is { } stat ? (long.Parse(stat[11], CultureInfo.InvariantCulture) + long.Parse(stat[12], CultureInfo.InvariantCulture)) / 100.0 : 0;

    private static double Resident(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line["VmRSS:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The fields of /proc/{id}/stat behind the name.</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

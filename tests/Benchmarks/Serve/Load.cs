using System.Diagnostics;
using System.Text.Json;

namespace MlServerless.Benchmarks.Serve;

/// <summary>wrk on loopback.</summary>
internal sealed record Load(double RequestsPerSecond, double MedianMilliseconds, double WorstMilliseconds, double ProcessorMicroseconds)
{
    internal const string Program = "wrk";

    internal static bool IsInstalled()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, "-v") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("PEER wrk, which makes the load, is not installed: apt-get install wrk");
            return false;
        }
    }

    /// <param name="bodies">A file with a body on each line.</param>
    internal static async Task<Load> RunAsync(HttpServer server, string path, string bodies, int connections, int seconds)
    {
        var start = new ProcessStartInfo(Program, ["-t2", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", "-s", Path.Combine(AppContext.BaseDirectory, "peers", "post.lua"), $"http://127.0.0.1:{server.Port}{path}"])
        {
            RedirectStandardOutput = true,
            Environment = { ["BODY"] = bodies, ["PATHNAME"] = path },
        };
        double before = server.ProcessorSeconds;
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string line = output.Split('\n').FirstOrDefault(line => line.StartsWith("WRK ", StringComparison.Ordinal)) ?? throw new BenchmarkException($"wrk said: {output}");
        using JsonDocument figures = JsonDocument.Parse(line[4..]);
        double Figure(string name) => figures.RootElement.GetProperty(name).GetDouble();
        if (Figure("err_status") + Figure("err_timeout") + Figure("err_sock") > 0)
            throw new BenchmarkException($"Requests failed: {line}");
        return new Load(Figure("rps"), Figure("p50_ms"), Figure("p99_ms"), (server.ProcessorSeconds - before) / Figure("requests") * 1e6);
    }
}

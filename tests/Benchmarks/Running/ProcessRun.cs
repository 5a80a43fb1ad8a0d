using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MlServerless.Benchmarks.Running;

/// <summary>One run of a process that printed its figures as <c>RESULT {json}</c>.</summary>
/// <param name="Figures">What it printed.</param>
/// <param name="PeakMegabytes">The largest resident set (2^20 bytes); NaN where the system does not tell.</param>
/// <param name="ProcessorSeconds">User and system time of the whole process, start included.</param>
/// <param name="WallSeconds">Of the whole process.</param>
internal sealed record ProcessRun(JsonElement Figures, double PeakMegabytes, double ProcessorSeconds, double WallSeconds)
{
    private const string Prefix = "RESULT ";

    /// <summary>How often the peak is asked for: it only ever grows, so that only that of the last moment may be missed.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    internal double this[string figure] => Figures.GetProperty(figure).GetDouble();

    internal static async Task<ProcessRun> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        start.Environment["BENCH_BEGAN"] = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString(CultureInfo.InvariantCulture);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task ended = process.WaitForExitAsync();
        double peak = double.NaN;
        double processor = 0;
        do
        {
            Look(process, ref peak, ref processor);
            await Task.WhenAny(ended, Task.Delay(Interval));
        }
        while (!ended.IsCompleted);
        double wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        string? result = (await output).Split('\n').LastOrDefault(line => line.StartsWith(Prefix, StringComparison.Ordinal));
        if (process.ExitCode != 0 || result is null)
            throw new BenchmarkException($"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}:\n{await errors}");
        using JsonDocument figures = JsonDocument.Parse(result[Prefix.Length..]);
        return new ProcessRun(figures.RootElement.Clone(), peak, processor, wall);
    }

    /// <summary>Runs this program as a worker, compiled ahead of time as the function app is.</summary>
    /// <param name="arguments">What to do.</param>
    internal static Task<ProcessRun> StartWorkerAsync(params string[] arguments)
    {
        string published = Path.Combine(AppContext.BaseDirectory, "worker", OperatingSystem.IsWindows() ? "Benchmarks.exe" : "Benchmarks");
        if (!File.Exists(published))
            throw new BenchmarkException("Workers are built in Release only: dotnet run -c Release --project tests/Benchmarks -- …");
        return StartAsync(published, ["worker", .. arguments]);
    }

    /// <summary>Prints what <see cref="StartAsync"/> reads.</summary>
    internal static void Print(object figures) => Console.WriteLine(Prefix + JsonSerializer.Serialize(figures));

    /// <summary>The largest resident set of a process so far (2^20 bytes); NaN where the system does not tell.</summary>
    /// <exception cref="IOException">There is no such process, or this system has no such file.</exception>
    internal static double PeakMegabytesOf(int process)
    {
        string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? double.NaN : double.Parse(line["VmHWM:".Length..^"kB".Length].Trim()) / 1024;
    }

    private static void Look(Process process, ref double peak, ref double processor)
    {
        try
        {
            double seen = PeakMegabytesOf(process.Id);
            if (!double.IsNaN(seen))
                peak = seen;
            process.Refresh();
            processor = process.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It has just ended, or this system has no such file.
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace MlServerless.DevHost.Hosting;

/// <summary>One running process of the app. Its id is kept in a file, so that a host that was killed finds what it left behind.</summary>
internal sealed class HandlerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _pidFile;

    private HandlerProcess(Process process, string pidFile)
    {
        _process = process;
        _pidFile = pidFile;
        Exited = process.WaitForExitAsync();
    }

    public int Id => _process.Id;

    public Task Exited { get; }

    public int ExitCode => _process.ExitCode;

    public static HandlerProcess Start(ProcessStartInfo start, string pidFile, Action<string> output, Action<string> error)
    {
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Pass(e.Data, output);
        process.ErrorDataReceived += (_, e) => Pass(e.Data, error);
        process.Start();
        File.WriteAllText(pidFile, $"{Text(process.Id)} {Text(StartTicks(process))}");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, pidFile);
    }

    /// <summary>Kills the process that an earlier host left behind, when the file names one that is still the same process.</summary>
    /// <returns>Its id, or null when there was none.</returns>
    public static int? KillLeftBehind(string pidFile)
    {
        if (!File.Exists(pidFile))
            return null;
        var parts = File.ReadAllText(pidFile).Split(' ');
        int? killed = null;
        if (parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var ticks))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                // Start times are read from the clock tick of the kernel; the same process always shows the same one.
                if (Math.Abs(StartTicks(process) - ticks) < TimeSpan.TicksPerSecond)
                {
                    process.Kill(entireProcessTree: true);
                    process.WaitForExit(5000);
                    killed = id;
                }
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It has ended meanwhile.
            }
        }

        File.Delete(pidFile);
        return killed;
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    public void Dispose()
    {
        File.Delete(_pidFile);
        _process.Dispose();
    }

    private static long StartTicks(Process process)
    {
        try
        {
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static void Pass(string? line, Action<string> to)
    {
        if (line is not null)
            to(line);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

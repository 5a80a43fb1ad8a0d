using System.Globalization;
using System.Runtime.InteropServices;

namespace MlServerless.Soak.Serving;

/// <summary>Stops processes in their tracks, as a service that hangs does, and lets them go on.</summary>
internal static class Signals
{
    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>The storage emulator that a process has started: its descendant that runs on Node.js.</summary>
    public static int EmulatorOf(int process)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                int id = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("azurite", StringComparison.OrdinalIgnoreCase) && IsDescendant(id, process))
                    return id;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        throw new InvalidOperationException($"Process {process} has no storage emulator.");
    }

    public static void Pause(int process) => Send(process, Stop);

    public static void Resume(int process) => Send(process, Continue);

    private static bool IsDescendant(int id, int of)
    {
        while (id > 1)
        {
            if (id == of)
                return id != 0;
            string stat = File.ReadAllText($"/proc/{id}/stat");
            id = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }

        return false;
    }

    private static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
            throw new InvalidOperationException($"Process {process} does not take signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}

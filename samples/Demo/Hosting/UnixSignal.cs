using System.Runtime.InteropServices;

namespace MlServerless.Demo.Hosting;

internal static class UnixSignal
{
    private const int Sigint = 2;

    /// <summary>Sends SIGINT, which .NET has no call for.</summary>
    public static void Interrupt(int processId) => _ = Kill(processId, Sigint);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}

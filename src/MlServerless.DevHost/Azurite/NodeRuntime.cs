using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MlServerless.DevHost.Azurite;

/// <summary>The Node.js of this machine.</summary>
internal static class NodeRuntime
{
    public const int MinimumMajor = 20;

    private const string Mend = "The storage emulator Azurite needs Node.js 20 or newer: install it from https://nodejs.org, see that 'node --version' works in this terminal, and start again. Or set AzureWebJobsStorage to a storage account, then no emulator is started.";

    /// <summary>Checks that Node.js can be run and is new enough.</summary>
    /// <exception cref="AzuriteException">It is missing or too old.</exception>
    public static async Task RequireAsync(CancellationToken cancellationToken)
    {
        ProcessOutput result = await RunAsync("node", ["--version"], Environment.CurrentDirectory, cancellationToken).ConfigureAwait(false);
        string version = result.Output.Trim();
        if (result.ExitCode != 0 || MajorOf(version) is not { } major)
        {
            throw new AzuriteException($"'node --version' answered '{version}{result.Error.Trim()}'. {Mend}");
        }

        if (major < MinimumMajor)
        {
            throw new AzuriteException($"Node.js {version} is too old. {Mend}");
        }
    }

    internal static int? MajorOf(string version) =>
        version.StartsWith('v') && int.TryParse(version[1..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            ? major
            : null;

    /// <summary>Runs npm, which on Windows is a script.</summary>
    public static Task<ProcessOutput> NpmAsync(string[] arguments, string directory, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows()
            ? RunAsync("cmd.exe", ["/d", "/c", "npm", .. arguments], directory, cancellationToken)
            : RunAsync("npm", arguments, directory, cancellationToken);

    private static async Task<ProcessOutput> RunAsync(string file, string[] arguments, string directory, CancellationToken cancellationToken)
    {
        using Process process = Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new ProcessOutput(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new AzuriteException($"'{start.FileName}' could not be run ({e.Message}). {Mend}", e);
        }
    }

    internal sealed record ProcessOutput(int ExitCode, string Output, string Error);
}

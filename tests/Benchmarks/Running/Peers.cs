using System.ComponentModel;
using System.Diagnostics;

namespace MlServerless.Benchmarks.Running;

/// <summary>The programs in <c>peers/</c>, which run on Debian's Python.</summary>
internal static class Peers
{
    internal const string Python = "/usr/bin/python3";

    internal static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "peers", name);

    internal static Dictionary<string, string> Environment => new() { ["BENCH_DATA"] = DataFiles.Folder };

    /// <summary>Whether Python has the modules; if not, says how to install them.</summary>
    /// <param name="peer">What cannot run without.</param>
    /// <param name="modules">Python module to Debian package.</param>
    internal static bool AreInstalled(string peer, IReadOnlyDictionary<string, string> modules)
    {
        string[] missing = [.. modules.Where(module => !CanImport(module.Key)).Select(module => module.Value)];
        if (missing.Length > 0)
            Console.WriteLine($"PEER {peer} is not installed: apt-get install {string.Join(' ', missing)}");
        return missing.Length == 0;
    }

    private static bool CanImport(string module)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {module}"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

using System.Diagnostics;
using System.Security.Cryptography;

namespace MlServerless.Benchmarks.Running;

/// <summary>The generated tables, in a cache of the user.</summary>
internal static class DataFiles
{
    internal static string Folder { get; } = Path.Combine(CacheRoot(), "mlserverless", "benchmarks");

    /// <summary>Generates the file unless it is there, and makes sure of its bytes.</summary>
    /// <param name="name">One of those in <c>peers/synthetic.sha256</c>.</param>
    /// <returns>Its path.</returns>
    internal static async Task<string> GetAsync(string name)
    {
        string path = Path.Combine(Folder, name);
        string expected = await ExpectedHashAsync(name);
        if (File.Exists(path) && await HashAsync(path) == expected)
            return path;
        if (!Peers.AreInstalled("the generator of the data", new Dictionary<string, string> { ["numpy"] = "python3-numpy" }))
            throw new BenchmarkException($"{name} cannot be generated.");
        Console.WriteLine($"Generating {path} …");
        Directory.CreateDirectory(Folder);
        var start = new ProcessStartInfo(Peers.Python, [Peers.Script("gen.py"), name]);
        foreach ((string variable, string value) in Peers.Environment)
            start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new BenchmarkException($"The generator ended with code {process.ExitCode}.");
        string hash = await HashAsync(path);
        if (hash != expected)
            throw new BenchmarkException($"{path} has the hash {hash}, expected is {expected}. The version of numpy may write other numbers.");
        return path;
    }

    /// <summary>A file with the first rows of another and its header.</summary>
    internal static string Head(string path, int rows)
    {
        string head = Path.Combine(Folder, $"{Path.GetFileNameWithoutExtension(path)}.{rows}.csv");
        if (File.Exists(head))
            return head;
        string partial = $"{head}.{Environment.ProcessId}";
        using (var reader = new StreamReader(path))
        using (var writer = new StreamWriter(partial) { NewLine = "\n" })
        {
            for (int i = 0; i <= rows && reader.ReadLine() is { } line; i++)
                writer.WriteLine(line);
        }

        File.Move(partial, head, overwrite: true);
        return head;
    }

    private static async Task<string> ExpectedHashAsync(string name)
    {
        string[] lines = await File.ReadAllLinesAsync(Peers.Script("synthetic.sha256"));
        return lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).First(fields => fields[1] == name)[0];
    }

    private static async Task<string> HashAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    private static string CacheRoot() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}

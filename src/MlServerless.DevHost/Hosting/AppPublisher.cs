using System.Diagnostics;

namespace MlServerless.DevHost.Hosting;

/// <summary>Finds the repository's function app and publishes it when its sources are newer than the last publish.</summary>
internal static class AppPublisher
{
    private const string Project = "MlServerless.Functions";

    private static readonly string[] SourceFiles = [".cs", ".csproj", ".props", ".targets", ".json", ".proto", ".editorconfig"];
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "out", "artifacts", "TestResults"];

    /// <returns>The publish folder.</returns>
    /// <exception cref="StartupException">There is no such project, or it does not build.</exception>
    public static async Task<string> PublishAsync(string dataFolder, Action<string> progress, CancellationToken cancellationToken)
    {
        var root = FindRepository(Directory.GetCurrentDirectory()) ?? FindRepository(AppContext.BaseDirectory)
            ?? throw new StartupException(
                $"No app to serve: --app is not given, and no src/{Project} was found above {Directory.GetCurrentDirectory()}. Give the publish folder of a function app with --app.");
        var output = Path.Combine(dataFolder, "app");
        var stamp = Path.Combine(dataFolder, "app.published");
        var newest = NewestSource(root);
        if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) >= newest && File.Exists(Path.Combine(output, "host.json")))
            return output;

        progress($"Publishing src/{Project} …");
        var started = DateTime.UtcNow;
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(root, "src", Project), "-c", "Release", "-p:CompileWithFramework=false", "-o", output, "-v", "quiet", "--nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = root,
        };
        using var process = Process.Start(start) ?? throw new StartupException("dotnet cannot be started.");
        try
        {
            var text = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new StartupException($"dotnet publish of src/{Project} failed:{Environment.NewLine}{string.Concat(text).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await File.WriteAllTextAsync(stamp, "", cancellationToken);
        // Sources that changed while the publish ran count as newer.
        File.SetLastWriteTimeUtc(stamp, started);
        return output;
    }

    private static string? FindRepository(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "src", Project, Project + ".csproj")))
                return folder.FullName;
        }

        return null;
    }

    private static DateTime NewestSource(string root)
    {
        var newest = DateTime.MinValue;
        void Look(FileInfo file)
        {
            if (SourceFiles.Contains(file.Extension, StringComparer.OrdinalIgnoreCase) && file.LastWriteTimeUtc > newest)
                newest = file.LastWriteTimeUtc;
        }

        void Walk(DirectoryInfo folder)
        {
            foreach (var file in folder.EnumerateFiles())
                Look(file);
            foreach (var sub in folder.EnumerateDirectories().Where(d => !Skipped.Contains(d.Name, StringComparer.OrdinalIgnoreCase) && d.Name[0] != '.'))
                Walk(sub);
        }

        foreach (var file in new DirectoryInfo(root).EnumerateFiles())
            Look(file);
        Walk(new DirectoryInfo(Path.Combine(root, "src")));
        return newest;
    }
}

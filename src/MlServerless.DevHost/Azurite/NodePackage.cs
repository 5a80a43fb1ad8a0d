using System.Security.Cryptography;

namespace MlServerless.DevHost.Azurite;

/// <summary>
/// A pinned npm package. It is installed once per user and lock file, in a cache that all clones, build outputs and
/// test processes share.
/// </summary>
/// <param name="source">The folder with <c>package.json</c> and its lock file.</param>
/// <param name="name">Begins the name of its folder in the cache.</param>
/// <param name="title">What it is called in messages.</param>
/// <param name="main">Its main script, relative to <c>node_modules</c>.</param>
internal sealed class NodePackage(string source, string name, string title, string main)
{
    /// <summary>Moves the cache to another folder.</summary>
    public const string CacheVariable = "MLSERVERLESS_CACHE";

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    public static string CacheRoot =>
        Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(UserCache(), "mlserverless");

    /// <summary>Installs the package unless it is there.</summary>
    /// <returns>The path of its main script.</returns>
    /// <exception cref="AzuriteException">The installation failed.</exception>
    public async Task<string> EnsureAsync(Action<string>? onProgress, CancellationToken cancellationToken)
    {
        string lockFile = Path.Combine(source, "package-lock.json");
        if (!File.Exists(lockFile))
        {
            throw new AzuriteException($"'{lockFile}' is missing: build this project again, which copies it there.");
        }

        byte[] digest = SHA256.HashData(await File.ReadAllBytesAsync(lockFile, cancellationToken).ConfigureAwait(false));
        string folder = Path.Combine(CacheRoot, $"{name}-{Convert.ToHexStringLower(digest)[..16]}");
        string script = MainScript(folder);
        try
        {
            await EnsureAsync(folder, script, onProgress, cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new AzuriteException($"{Capital(title)} cannot be installed into '{CacheRoot}': {e.Message} Set {CacheVariable} to a folder that this user may write.", e);
        }

        return script;
    }

    private async Task EnsureAsync(string folder, string script, Action<string>? onProgress, CancellationToken cancellationToken)
    {
        if (!File.Exists(script))
        {
            using FileLock _ = await FileLock.TakeAsync(folder + ".lock", cancellationToken).ConfigureAwait(false);
            if (!File.Exists(script))
            {
                onProgress?.Invoke($"Installing {title} into {folder} (once)…");
                await InstallAsync(folder, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        // Renamed when complete, so that a killed installation never looks like a finished one.
        string unfinished = $"{folder}.{Guid.NewGuid():N}";
        foreach (string abandoned in Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + ".*"))
        {
            Directory.Delete(abandoned, recursive: true);
        }

        Directory.CreateDirectory(unfinished);
        foreach (string file in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(source, file), Path.Combine(unfinished, file));
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(InstallTimeout);
        NodeRuntime.ProcessOutput npm;
        try
        {
            npm = await NodeRuntime.NpmAsync(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--engine-strict=false"], unfinished, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AzuriteException($"'npm ci' did not end within {InstallTimeout.TotalMinutes:0} minutes. See that the npm registry can be reached ('npm ping'), then start again.");
        }

        if (npm.ExitCode != 0 || !File.Exists(MainScript(unfinished)))
        {
            throw new AzuriteException(
                $"'npm ci' failed with exit code {npm.ExitCode}. See that the npm registry can be reached ('npm ping') and that the disk has 500 MB free, then start again. npm said:{Environment.NewLine}{(npm.Error + npm.Output).Trim()}");
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(unfinished, folder);
    }

    private string MainScript(string folder) => Path.Combine(folder, "node_modules", main);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string UserCache()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache)
        {
            return cache;
        }

        string home = Environment.GetFolderPath(
            OperatingSystem.IsLinux() ? Environment.SpecialFolder.UserProfile : Environment.SpecialFolder.LocalApplicationData);
        return home.Length == 0 ? Path.GetTempPath()
            : OperatingSystem.IsLinux() ? Path.Combine(home, ".cache")
            : home;
    }
}

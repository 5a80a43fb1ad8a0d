using System.Diagnostics;
using System.Globalization;

namespace MlServerless.DevHost.Azurite;

/// <summary>
/// A data folder that one emulator uses at a time. An emulator whose starter was killed writes its data and ends by
/// itself; the next one waits for that.
/// </summary>
internal sealed class AzuriteDataFolder : IDisposable
{
    // Longer than the start script gives a dying emulator.
    private static readonly TimeSpan OrphanTimeout = TimeSpan.FromSeconds(15);

    private readonly FileLock held;

    private AzuriteDataFolder(string path, FileLock held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    public string PidFile => PidFileIn(Path);

    /// <exception cref="AzuriteException">Another emulator uses the folder.</exception>
    public static async Task<AzuriteDataFolder> OpenAsync(string path, CancellationToken cancellationToken)
    {
        path = System.IO.Path.GetFullPath(path);
        FileLock held = TryLock(path)
            ?? throw new AzuriteException($"The data folder '{path}' is used by another running DevHost. Stop that one, or give this one its own folder.");
        try
        {
            await WaitForOrphanAsync(path, cancellationToken).ConfigureAwait(false);
            return new AzuriteDataFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => held.Dispose();

    private static FileLock? TryLock(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return FileLock.TryTake(System.IO.Path.Combine(path, "azurite.lock"));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new AzuriteException($"The data folder '{path}' cannot be used: {e.Message} Choose a folder that this user may write.", e);
        }
    }

    private static async Task WaitForOrphanAsync(string path, CancellationToken cancellationToken)
    {
        using Process? orphan = FindOrphan(PidFileIn(path));
        if (orphan is null)
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(OrphanTimeout);
        try
        {
            await orphan.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AzuriteException($"The data folder '{path}' is still used by an earlier emulator, process {orphan.Id}. End that process and start again.");
        }
    }

    private static Process? FindOrphan(string pidFile)
    {
        if (!File.Exists(pidFile)
            || !int.TryParse(File.ReadAllText(pidFile), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
        {
            return null;
        }

        DateTime written = File.GetLastWriteTimeUtc(pidFile);
        Process? process = null;
        try
        {
            process = Process.GetProcessById(pid);
            // The file was written by that process; one that started later was given the same number by chance.
            if (process.StartTime.ToUniversalTime() <= written.AddSeconds(2))
            {
                return process;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended.
        }

        process?.Dispose();
        return null;
    }

    private static string PidFileIn(string path) => System.IO.Path.Combine(path, "azurite.pid");
}

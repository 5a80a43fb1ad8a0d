namespace MlServerless.DevHost.Hosting;

/// <summary>The folder of everything that is kept, held by one host at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream file)
    {
        Path = path;
        _lock = file;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public string Keys => File("keys.json");

    public string Hub => File("taskhub.journal");

    public string SeenBlobs => File("seen-blobs.journal");

    public string Timers => File("timers.json");

    public string HandlerPid => File("app.pid");

    /// <exception cref="StartupException">Another host holds it, or it cannot be made.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder {path} cannot be made: {e.Message}", e);
        }

        try
        {
            // The operating system frees the lock when the process ends, in whatever way.
            return new(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new StartupException($"Another DevHost uses the data folder {path}. Stop it, or give another folder with --data.", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private string File(string name) => System.IO.Path.Combine(Path, name);
}

namespace MlServerless.Demo.Hosting;

/// <summary>The folder in which the storage emulator and the DevHost keep their data.</summary>
internal sealed class DemoFolder : IDisposable
{
    private bool temporary;

    public DemoFolder(string? path)
    {
        temporary = path is null;
        Path = path ?? Directory.CreateTempSubdirectory("mlserverless-demo-").FullName;
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>What the DevHost and the app have printed.</summary>
    public string LogFile => System.IO.Path.Combine(Path, "devhost.log");

    /// <summary>Leaves the folder where it is, for a look at what went wrong.</summary>
    public void Keep() => temporary = false;

    public void Dispose()
    {
        if (!temporary)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Left for the system's own clean-up of its temporary folder.
        }
    }
}

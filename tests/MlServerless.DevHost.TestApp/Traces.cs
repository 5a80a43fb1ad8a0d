namespace MlServerless.DevHost.TestApp;

/// <summary>
/// What the functions did, as lines of a file that the tests read, and the files by which the tests let a function go on. The
/// folder is given by the setting TESTAPP_FOLDER.
/// </summary>
public sealed class Traces(IConfiguration configuration)
{
    private readonly string _folder = configuration["TESTAPP_FOLDER"] ?? throw new InvalidOperationException("TESTAPP_FOLDER is not set.");

    public void Write(string line)
    {
        // Several functions write at once, and several processes may: a host that was killed leaves one behind for a moment.
        // A file opened to append writes where its end was when it was opened, over what another has written since; a file of
        // its own for every line has no end to share. It gets its name once it is whole.
        string path = Path.Combine(_folder, "traces", $"{DateTime.UtcNow.Ticks:D20}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".part", line);
        File.Move(path + ".part", path + ".trace");
    }

    public async Task WaitForAsync(string gate, CancellationToken cancellationToken)
    {
        while (!File.Exists(Path.Combine(_folder, gate)))
            await Task.Delay(20, cancellationToken);
    }
}

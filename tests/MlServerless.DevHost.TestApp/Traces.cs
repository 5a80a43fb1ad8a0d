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
        // Several processes may write: a host that was killed leaves one behind for a moment.
        using var file = new FileStream(Path.Combine(_folder, "traces.txt"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
    }

    public async Task WaitForAsync(string gate, CancellationToken cancellationToken)
    {
        while (!File.Exists(Path.Combine(_folder, gate)))
            await Task.Delay(20, cancellationToken);
    }
}

namespace MlServerless.DevHost.Tests.EndToEnd;

/// <summary>A folder of one test: the host's data, what the app wrote down, and the gates by which the test lets it go on.</summary>
internal sealed class TestAppFolder : IDisposable
{
    private static int _count;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-e2e");

    public TestAppFolder(string? storage)
    {
        // Tests share the storage emulator, so each has its own queues.
        var number = Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Settings = new Dictionary<string, string>
        {
            ["TESTAPP_FOLDER"] = _folder.FullName,
            ["JobsQueue"] = "jobs-" + number,
            ["EventsQueue"] = "events-" + number,
            ["TickSchedule"] = "0 0 0 1 1 *",
        };
        Container = "uploads-" + number;
        if (storage is not null)
            Settings["AzureWebJobsStorage"] = storage;
    }

    public Dictionary<string, string> Settings { get; }

    public string Container { get; }

    public string Data => Path.Combine(_folder.FullName, "data");

    public IReadOnlyList<string> Traces
    {
        get
        {
            var traces = new DirectoryInfo(Path.Combine(_folder.FullName, "traces"));
            return traces.Exists ? [.. traces.GetFiles("*.trace").OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => File.ReadAllText(t.FullName))] : [];
        }
    }

    public void Open(string gate) => File.WriteAllText(Path.Combine(_folder.FullName, gate), "");

    public Task TracedAsync(string start, int count = 1) => Waiting.UntilAsync(
        () => Traces.Count(t => t.StartsWith(start, StringComparison.Ordinal)) >= count, () => $"{count} traces '{start}' in\n" + string.Join('\n', Traces));

    public Task<DevHostProcess> StartAsync(params string[] more) => Start(more).ReadyAsync();

    public DevHostProcess Start(params string[] more) => DevHostProcess.Start(
        ["--app", DevHostProcess.TestApp, "--data", Data, "--port", "0", "--watch", $"{Container}={Settings["EventsQueue"]}", .. more], Settings);

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process that was killed a moment ago may still close its files.
        }
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace MlServerless.EndToEnd.Support;

/// <summary>Everything that a DevHost prints: kept for the test that fails, and read for what a client needs.</summary>
internal sealed partial class DevHostOutput
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private TaskCompletionSource<DevHostAddress> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string master = "";
    private string host = "";
    private string system = "";
    private string storage = "";

    /// <summary>Completes when the DevHost serves.</summary>
    public Task<DevHostAddress> Ready
    {
        get
        {
            lock (gate)
                return ready.Task;
        }
    }

    public int Count
    {
        get
        {
            lock (gate)
                return lines.Count;
        }
    }

    /// <summary>The app's process, as the DevHost said last.</summary>
    public (int Process, Uri Address) App { get; private set; }

    /// <summary>Called before the DevHost is started again.</summary>
    public void StartAnew()
    {
        lock (gate)
            ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public IReadOnlyList<string> LinesFrom(int first)
    {
        lock (gate)
            return [.. lines.Skip(first)];
    }

    public void Read(string line)
    {
        lock (gate)
        {
            lines.Add(line);
            if (Key().Match(line) is { Success: true } key)
            {
                _ = key.Groups["kind"].Value switch
                {
                    "Master" => master = key.Groups["key"].Value,
                    "Host" => host = key.Groups["key"].Value,
                    _ => system = key.Groups["key"].Value,
                };
            }
            else if (Storage().Match(line) is { Success: true } connection)
            {
                storage = connection.Groups["connection"].Value;
            }
            else if (AppReady().Match(line) is { Success: true } app)
            {
                App = (int.Parse(app.Groups["id"].Value, CultureInfo.InvariantCulture), new Uri(app.Groups["url"].Value));
            }
            else if (HostReady().Match(line) is { Success: true } address)
            {
                ready.TrySetResult(new DevHostAddress(new Uri(address.Groups["url"].Value + "/"), host, master, system, storage));
            }
        }
    }

    [GeneratedRegex(@"^(?<kind>Master|Host|System) key: (?<key>\S+)$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^Storage \(Azurite\): (?<connection>\S+)$")]
    private static partial Regex Storage();

    [GeneratedRegex(@"The app is ready \(process (?<id>\d+), (?<url>http://\S+)\)\.")]
    private static partial Regex AppReady();

    [GeneratedRegex(@"^DevHost ready: (?<url>http://\S+)$")]
    private static partial Regex HostReady();
}

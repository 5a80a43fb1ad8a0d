using System.Text.RegularExpressions;

namespace MlServerless.Demo.Hosting;

/// <summary>Reads the lines that the DevHost prints and picks out what a client needs.</summary>
internal sealed partial class DevHostOutput
{
    private const int LinesKept = 40;

    private readonly Lock gate = new();
    private readonly Queue<string> last = new();
    private readonly TaskCompletionSource<DevHostAddress> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? baseAddress;
    private string? key;
    private string? storage;

    /// <summary>Completes when everything has been printed that a client needs.</summary>
    public Task<DevHostAddress> Ready => ready.Task;

    /// <summary>The last lines, for the message when it fails.</summary>
    public string Tail
    {
        get
        {
            lock (gate)
                return string.Join('\n', last);
        }
    }

    public void Read(string line)
    {
        lock (gate)
        {
            last.Enqueue(line);
            if (last.Count > LinesKept)
                last.Dequeue();
            if (ReadyLine().Match(line) is { Success: true } address)
                baseAddress = new Uri(address.Groups["url"].Value.TrimEnd('/') + "/");
            else if (StorageLine().Match(line) is { Success: true } connection)
                storage = connection.Value;
            else if (KeyLine().Match(line) is { Success: true } found)
                key = found.Groups["key"].Value;
            if (baseAddress is not null && key is not null && storage is not null)
                ready.TrySetResult(new DevHostAddress(baseAddress, key, storage));
        }
    }

    [GeneratedRegex(@"DevHost ready: (?<url>http://\S+)")]
    private static partial Regex ReadyLine();

    [GeneratedRegex(@"(DefaultEndpointsProtocol|AccountName)=\S+")]
    private static partial Regex StorageLine();

    [GeneratedRegex(@"^\s*host key\b.*?[:=]\s*(?<key>\S+)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex KeyLine();
}

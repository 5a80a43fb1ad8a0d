using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MlServerless.DevHost.Azurite;

/// <summary>Reads what the emulator prints: where its services listen, and its last words.</summary>
internal sealed partial class AzuriteOutput
{
    private const int KeptLines = 40;
    private const int Services = 3;

    private readonly Dictionary<string, Uri> endpoints = new(StringComparer.Ordinal);
    private readonly Queue<string> lines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int openStreams = 2;

    public AzuriteOutput(Process process)
    {
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Ends when all services listen or the emulator has ended.</summary>
    public Task Ready => ready.Task;

    public bool Listening
    {
        get
        {
            lock (lines)
            {
                return endpoints.Count == Services;
            }
        }
    }

    /// <summary>The last lines printed.</summary>
    public string Text
    {
        get
        {
            lock (lines)
            {
                return string.Join(Environment.NewLine, lines);
            }
        }
    }

    public Uri Endpoint(string service)
    {
        lock (lines)
        {
            return new Uri($"{endpoints[service].GetLeftPart(UriPartial.Authority)}/{AzuriteServer.AccountName}");
        }
    }

    private void Take(string? line)
    {
        lock (lines)
        {
            if (line is null)
            {
                if (--openStreams == 0)
                {
                    ready.TrySetResult();
                }

                return;
            }

            lines.Enqueue(line);
            if (lines.Count > KeptLines)
            {
                lines.Dequeue();
            }

            if (ListeningAt().Match(line) is { Success: true } match)
            {
                endpoints[match.Groups[1].Value] = new Uri(match.Groups[2].Value);
                if (endpoints.Count == Services)
                {
                    ready.TrySetResult();
                }
            }
        }
    }

    [GeneratedRegex(@"^Azurite (\w+) service is successfully listening at (http://\S+)$")]
    private static partial Regex ListeningAt();
}

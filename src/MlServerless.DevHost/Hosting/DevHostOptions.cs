namespace MlServerless.DevHost.Hosting;

/// <summary>What the command line says.</summary>
internal sealed record DevHostOptions
{
    public const int DefaultPort = 7071;

    /// <summary>Publish folder of the app; null = publish the app of the repository and serve it.</summary>
    public string? AppFolder { get; init; }

    public int Port { get; init; } = DefaultPort;

    public string DataFolder { get; init; } = ".devhost";

    public HostProfile Profile { get; init; } = HostProfile.Current;

    /// <summary>Blob containers that are watched, and the queue that gets an event for each new blob.</summary>
    public IReadOnlyList<(string Container, string Queue)> Watches { get; init; } = [("incoming", "dataset-events")];

    /// <summary>The error of the app at which the host stops (three within 30 minutes, as the real host).</summary>
    public int MaxRestarts { get; init; } = 3;

    /// <summary>How long work that was going on at the last stop waits before it is run again.</summary>
    public TimeSpan RedeliveryDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Whether the end of standard input stops the host: a parent that holds the other end takes it along, in whatever way it ends.</summary>
    public bool StopWithStandardInput { get; init; }

    public bool Help { get; init; }
}

namespace MlServerless.EndToEnd.Support;

/// <summary>How a DevHost is started.</summary>
internal sealed record DevHostOptions
{
    /// <summary>Names its log.</summary>
    public required string Name { get; init; }

    /// <summary>Whether new blobs are announced; without it events are put on the queue by hand.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>Whether the test kills the app: then its host starts it again however often, and calls may find it down.</summary>
    public bool AppIsKilled { get; init; }

    /// <summary>The app's folder; null for the one that is deployed.</summary>
    public string? App { get; init; }

    /// <summary>Settings of the app.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

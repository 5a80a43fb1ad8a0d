namespace MlServerless.DevHost.Configuration;

/// <summary>The <c>extensions.queues</c> section of host.json; defaults are those of the storage extension.</summary>
internal sealed record QueueSettings
{
    public int BatchSize { get; init; } = 16;

    /// <summary>A new batch is fetched when no more than this many messages are in work.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a message stays hidden after a failed attempt.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True: the text of a message is base64 of its content, both when read and when written.</summary>
    public bool Base64 { get; init; } = true;
}

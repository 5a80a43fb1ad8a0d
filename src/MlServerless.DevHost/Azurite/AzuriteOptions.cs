namespace MlServerless.DevHost.Azurite;

/// <summary>How to start the storage emulator.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Where data is kept between starts; null keeps it in memory and loses it on stop.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Port of the blob service on 127.0.0.1; 0 for a free one.</summary>
    public int BlobPort { get; init; }

    /// <summary>Port of the queue service on 127.0.0.1; 0 for a free one.</summary>
    public int QueuePort { get; init; }

    /// <summary>Port of the table service on 127.0.0.1; 0 for a free one.</summary>
    public int TablePort { get; init; }

    /// <summary>How long the services may take to listen, installation not counted.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Told once when the emulator has to be downloaded first, which takes about a minute.</summary>
    public Action<string>? OnProgress { get; init; }
}

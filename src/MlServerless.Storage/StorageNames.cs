namespace MlServerless.Storage;

/// <summary>What the containers, tables and queues are called.</summary>
public sealed record StorageNames
{
    /// <summary>The container that users upload to.</summary>
    public string Incoming { get; init; } = "incoming";

    /// <summary>The container of immutable content.</summary>
    public string Store { get; init; } = "store";

    /// <summary>The container of pipeline specs.</summary>
    public string Pipelines { get; init; } = "pipelines";

    /// <summary>The container of sketches.</summary>
    public string MonitoringBlobs { get; init; } = "monitoring";

    /// <summary>The container of training checkpoints.</summary>
    public string Checkpoints { get; init; } = "checkpoints";

    /// <summary>The container of the heads of promotion logs, which the deployment makes immutable.</summary>
    public string PromotionHeads { get; init; } = "promotion-heads";

    /// <summary>The container of files for batch jobs.</summary>
    public string Batches { get; init; } = "batches";

    public string RunsTable { get; init; } = "runs";

    public string DataTable { get; init; } = "data";

    public string RegistryTable { get; init; } = "registry";

    public string MonitoringTable { get; init; } = "monitoring";

    /// <summary>The queue of blob events.</summary>
    public string DatasetEvents { get; init; } = "dataset-events";

    /// <summary>The queue of commands from HTTP functions and timers.</summary>
    public string Commands { get; init; } = "commands";

    /// <summary>The queue from which others learn of alerts.</summary>
    public string Events { get; init; } = "model-events";

    internal IEnumerable<string> Containers => [Incoming, Store, Pipelines, MonitoringBlobs, Checkpoints, PromotionHeads, Batches];

    internal IEnumerable<string> Tables => [RunsTable, DataTable, RegistryTable, MonitoringTable];

    internal IEnumerable<string> Queues => [DatasetEvents, Commands, Events];

    /// <summary>The queues that functions read; the host puts what they fail on beside each.</summary>
    internal IEnumerable<string> ReadQueues => [DatasetEvents, Commands];

    /// <summary>The same names behind a prefix, so that several installations share an account.</summary>
    /// <param name="prefix">Lower-case letters and digits, a letter first: what containers, queues and tables all allow.</param>
    public static StorageNames Prefixed(string prefix)
    {
        if (prefix is not [>= 'a' and <= 'z', ..] || !prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        {
            throw new ArgumentException($"'{prefix}' is no prefix for containers, queues and tables: use lower-case letters and digits, a letter first.", nameof(prefix));
        }

        var names = new StorageNames();
        return new StorageNames
        {
            Incoming = prefix + names.Incoming,
            Store = prefix + names.Store,
            Pipelines = prefix + names.Pipelines,
            MonitoringBlobs = prefix + names.MonitoringBlobs,
            Checkpoints = prefix + names.Checkpoints,
            PromotionHeads = prefix + names.PromotionHeads,
            Batches = prefix + names.Batches,
            RunsTable = prefix + names.RunsTable,
            DataTable = prefix + names.DataTable,
            RegistryTable = prefix + names.RegistryTable,
            MonitoringTable = prefix + names.MonitoringTable,
            DatasetEvents = prefix + names.DatasetEvents,
            Commands = prefix + names.Commands,
            Events = prefix + names.Events,
        };
    }
}

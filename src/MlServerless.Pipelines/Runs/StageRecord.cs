namespace MlServerless.Pipelines.Runs;

/// <summary>One stage of a run, as far as it has come in the current attempt.</summary>
public sealed record StageRecord
{
    public required string Name { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Parts that were not scanned because a run before had scanned them, with the same declared columns and the same code; null for none.</summary>
    public int? Reused { get; init; }

    /// <summary>Processor time of all its steps.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>The most memory that the process was seen to hold.</summary>
    public long? PeakBytes { get; init; }
}

using MlServerless.Data;

namespace MlServerless.Pipelines.Erasure;

/// <summary>An erasure of rows by key, from the request to its outcome.</summary>
public sealed record ErasureRecord
{
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    public required ErasureStatus Status { get; init; }

    /// <summary>Who asked for it, as far as that is known.</summary>
    public string? Who { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When work was last done on it.</summary>
    public required DateTimeOffset Stamp { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The pipeline's key when it was requested.</summary>
    public required IReadOnlyList<string> KeyColumns { get; init; }

    /// <summary>The keys, one value for each of <see cref="KeyColumns"/>; forgotten when the erasure is complete.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Keys { get; init; } = [];

    public required int KeyCount { get; init; }

    /// <summary>The hash of the canonical JSON of the keys as they were sent, by which their sender can prove what was asked for.</summary>
    public required ContentHash KeysHash { get; init; }

    /// <summary>Whether a run is started on the newest data when rows were erased.</summary>
    public required bool Retrain { get; init; }

    /// <summary>Arrivals up to this place in the serial order are done.</summary>
    public string? DoneThrough { get; init; }

    public long Rows { get; init; }

    public IReadOnlyList<ErasedVersion> Versions { get; init; } = [];

    public IReadOnlyList<UnsearchedVersion> Unsearched { get; init; } = [];

    /// <summary>The run that was started afterwards.</summary>
    public string? RunId { get; init; }

    public ErasureRef Ref => new(Pipeline, Id);
}

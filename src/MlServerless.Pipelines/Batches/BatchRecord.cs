using MlServerless.Data;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Serving.Rows;

namespace MlServerless.Pipelines.Batches;

/// <summary>A batch job, from the request to its output. What is predicted with, and what for, is pinned when it is requested.</summary>
public sealed record BatchRecord
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required int Version { get; init; }

    public required ContentHash ModelHash { get; init; }

    public required BatchStatus Status { get; init; }

    /// <summary>The file in the container <c>batches</c>.</summary>
    public required string Input { get; init; }

    /// <summary>Without quotes.</summary>
    public required string InputETag { get; init; }

    public string? InputVersionId { get; init; }

    public required long InputBytes { get; init; }

    /// <summary>How the input is written; null to tell it from its beginning.</summary>
    public RowsFormat? InputFormat { get; init; }

    /// <summary>Of CSV; null to detect it.</summary>
    public string? Delimiter { get; init; }

    /// <summary>The file with the answers, in the same container.</summary>
    public required string Output { get; init; }

    public required RowsFormat OutputFormat { get; init; }

    /// <summary>The window of monitoring that its predictions belong to: that of the request.</summary>
    public required string Window { get; init; }

    /// <summary>Whether the monitoring observes its rows.</summary>
    public required bool Monitored { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When work was last done on it, to half a minute.</summary>
    public required DateTimeOffset Stamp { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>The attempt whose orchestration was started last.</summary>
    public int StartedAttempt { get; init; }

    /// <summary>Byte ranges that the input was cut into; null until it was.</summary>
    public int? Parts { get; init; }

    /// <summary>Rows of the input; null until they were counted.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows that were predicted; null until the end.</summary>
    public long? Predicted { get; init; }

    /// <summary>Rows that do not fit the model, each with its errors in the output; null until the end.</summary>
    public long? Refused { get; init; }

    public RunError? Error { get; init; }

    public bool HasEnded => Status is not (BatchStatus.Queued or BatchStatus.Running);

    public BatchRef Ref => new(Id, Attempt);
}

namespace MlServerless.Pipelines.Runs;

/// <summary>Where a run's data came from.</summary>
public sealed record RunSource
{
    /// <summary>Name inside the container of uploads, e.g. <c>churn/2026-01.csv</c>.</summary>
    public required string Blob { get; init; }

    public required Uri Url { get; init; }

    /// <summary>Without quotes.</summary>
    public required string ETag { get; init; }

    public string? VersionId { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    public long Bytes { get; init; }

    /// <summary>The event's sequencer, where an event told of the upload.</summary>
    public string? Sequencer { get; init; }
}

using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Alerts;

/// <summary>A condition that somebody should know of, from the look that found it to the look that found it gone.</summary>
public sealed record Alert
{
    /// <summary><c>a-</c> and 32 hex digits.</summary>
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>A pipeline has at most one open alert of a kind.</summary>
    public required string Kind { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who answers for the data, as the spec says.</summary>
    public string? Owner { get; init; }

    /// <summary>Who relies on the model, as the spec says.</summary>
    public IReadOnlyList<ConsumerSpec> Consumers { get; init; } = [];

    /// <summary>When the condition began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was found.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was found to have ended; null while the alert is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public required AlertEvidence Evidence { get; init; }

    /// <summary>Whether it has been written to the log.</summary>
    public bool Announced { get; init; }
}

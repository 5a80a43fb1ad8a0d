using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>What one step took and gave.</summary>
public sealed record StageTrace
{
    public required string Stage { get; init; }

    /// <summary>What tells apart the steps of one stage, e.g. the candidate's name.</summary>
    public string? Part { get; init; }

    /// <summary>All that its result depends on: hashes of content, or values.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>The stored results.</summary>
    public required IReadOnlyDictionary<string, ContentHash> Outputs { get; init; }

    /// <summary><c>hit</c>, <c>miss</c>, or <c>off</c> where nothing was looked for; null where the step's results are not kept for others.</summary>
    public string? Cache { get; init; }

    /// <summary>On a hit the run that made the result, on a miss the earlier run that was nearest.</summary>
    public string? CacheRun { get; init; }

    /// <summary>On a miss what differed from the nearest earlier run; empty where there was none.</summary>
    public IReadOnlyList<string>? Missed { get; init; }
}

using MlServerless.Pipelines.Serving.Rows;

namespace MlServerless.Pipelines.Batches;

/// <summary>What a batch job is asked to do.</summary>
/// <param name="Input">The file in the container <c>batches</c>: <c>{model}/…</c>.</param>
public sealed record BatchRequest(string Input)
{
    /// <summary>Null for the champion.</summary>
    public int? Version { get; init; }

    /// <summary>How the input is written; null to tell it from its beginning.</summary>
    public RowsFormat? Format { get; init; }

    /// <summary>Of CSV; null to detect it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>How the answers are written; null for as the input is called: <c>.csv</c> gives CSV, everything else NDJSON.</summary>
    public RowsFormat? OutputFormat { get; init; }

    /// <summary>Whether the monitoring observes the rows, as it does those of calls.</summary>
    public bool Monitored { get; init; } = true;

    /// <summary>Requests with the same one are one job; null makes every request its own.</summary>
    public string? IdempotencyKey { get; init; }
}

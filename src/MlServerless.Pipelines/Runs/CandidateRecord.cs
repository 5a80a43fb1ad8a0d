using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>One candidate of a run, or one trial of a search.</summary>
/// <param name="ModelHash">Null where the training failed.</param>
/// <param name="Metrics">On the validation part.</param>
public sealed record CandidateRecord(string Name, string Trainer, ContentHash? ModelHash, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>The settings that the spec or the search gave it; null for the trainer's defaults.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>Its place by the spec's metric, 1 for the best; of equals the first in the spec is before the others. Null until all are trained, and where the training failed.</summary>
    public int? Rank { get; init; }

    /// <summary>Why there is no model.</summary>
    public RunError? Error { get; init; }
}

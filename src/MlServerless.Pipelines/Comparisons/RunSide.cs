using MlServerless.Data;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>A run that is compared.</summary>
/// <param name="ModelHash">The chosen candidate; null where the run came to none.</param>
/// <param name="ModelVersion">Null where it was not registered.</param>
public sealed record RunSide(
    string Id,
    string Pipeline,
    RunStatus Status,
    ModelMode? Mode,
    string Trigger,
    DateTimeOffset ClaimedAt,
    DateTimeOffset? EndedAt,
    ContentHash? ManifestHash,
    string? Chosen,
    ContentHash? ModelHash,
    int? ModelVersion)
{
    public static RunSide Of(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunSide(
            run.Id,
            run.Pipeline,
            run.Status,
            run.Mode,
            run.Trigger,
            run.ClaimedAt,
            run.EndedAt,
            run.ManifestHash,
            run.Chosen,
            run.Candidates.FirstOrDefault(candidate => candidate.Name == run.Chosen)?.ModelHash,
            run.Model?.Version);
    }
}

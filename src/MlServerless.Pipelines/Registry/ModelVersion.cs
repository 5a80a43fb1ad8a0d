using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>A registered model version. Versions of one model are numbered from 1; equal artifacts are one version.</summary>
public sealed record ModelVersion
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    public required ContentHash Hash { get; init; }

    public required LearningTask Task { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The runs that made this artifact, the first one first.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    public required ContentHash DataVersion { get; init; }

    /// <summary>Place of its data in the pipeline's serial order.</summary>
    public required string DataOrder { get; init; }

    public required ContentHash SpecHash { get; init; }

    public required ContentHash SchemaHash { get; init; }

    public required string Candidate { get; init; }

    public required string Trainer { get; init; }

    /// <summary>How its predictions are watched, from the spec that it was first registered with.</summary>
    public required MonitoringSpec Monitoring { get; init; }

    /// <summary>Experiment where only experiments made it; a production run that makes the same artifact makes it a version for production.</summary>
    public ModelMode Mode { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Notes { get; init; }

    /// <summary>Null where it was not rolled back since it was last chosen.</summary>
    public Withdrawal? Withdrawn { get; init; }

    public required IReadOnlyDictionary<string, double> ValidationMetrics { get; init; }

    public required IReadOnlyDictionary<string, double> HoldOutMetrics { get; init; }
}

using MlServerless.Data;
using MlServerless.Pipelines.Registry.Canaries;

namespace MlServerless.Pipelines.Registry;

/// <summary>A move of an alias to a version, with the evidence that the log keeps.</summary>
/// <param name="Version">Where it goes.</param>
/// <param name="Alias">Its name.</param>
/// <param name="Expected">The alias as the decision saw it; null when it did not exist.</param>
public sealed record AliasMove(ModelVersion Version, string Alias, ModelAlias? Expected)
{
    /// <summary>One of <see cref="AliasActions"/>.</summary>
    public string Action { get; init; } = AliasActions.Promote;

    /// <summary>Place of the data that put the version there; null for the version's own.</summary>
    public string? DataOrder { get; init; }

    /// <summary>The run that moves it; null where somebody does.</summary>
    public string? RunId { get; init; }

    public string? Who { get; init; }

    public string? Why { get; init; }

    /// <summary>What makes a repeated request known; null where it is none.</summary>
    public string? RequestId { get; init; }

    /// <summary>One for every gate, passed or not.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double>? ChampionMetrics { get; init; }

    /// <summary>For a canary.</summary>
    public CanarySettings? Canary { get; init; }

    /// <summary>The stored evidence of the gates.</summary>
    public ContentHash? Evidence { get; init; }
}

using MlServerless.Data;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Registry;

/// <summary>A name that points to one version of a model.</summary>
/// <param name="Monitoring">That version's, so that serving needs one look-up.</param>
/// <param name="DataOrder">Place of the data that put the version here; data older than the champion's never promotes by itself.</param>
/// <param name="RunId">The run that moved the alias; null where somebody did.</param>
/// <param name="LogSequence">The log entry written in the same transaction.</param>
public sealed record ModelAlias(string Name, int Version, ContentHash Hash, MonitoringSpec Monitoring, string DataOrder, string? RunId, DateTimeOffset Since, long LogSequence)
{
    public const string Champion = "champion";

    /// <summary>The version that answers a part of the champion's calls.</summary>
    public const string Canary = "canary";

    /// <summary>Set for <see cref="Canary"/>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("canary")]
    public CanarySettings? CanarySettings { get; init; }

    /// <summary>Changes with every move of the alias; without quotes.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string ETag => LogSequence.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Serving.Routing;

namespace MlServerless.Pipelines.Serving;

/// <summary>The model that answers a request.</summary>
/// <param name="Degraded">Storage could not be asked whether this is still the champion.</param>
public sealed record ModelAnswer(ServedModel Model, bool Degraded)
{
    /// <summary>The version that answers a part of the champion's calls; null for none.</summary>
    public CanaryRoute? Canary { get; init; }

    /// <summary>Whether rows are kept; null for not.</summary>
    public CaptureSettings? Capture { get; init; }

    /// <summary>The model that answers this very call.</summary>
    internal ModelAnswer Route(string? entity, ReadOnlySpan<byte> body) =>
        Canary is { } canary && canary.Takes(entity, body) ? new ModelAnswer(canary.Model, Degraded) { Capture = Capture } : this;
}

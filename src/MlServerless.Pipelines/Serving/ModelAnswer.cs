namespace MlServerless.Pipelines.Serving;

/// <summary>The model that answers a request.</summary>
/// <param name="Degraded">Storage could not be asked whether this is still the champion.</param>
public sealed record ModelAnswer(ServedModel Model, bool Degraded);

namespace MlServerless.Pipelines.Serving;

/// <summary>An answered request.</summary>
/// <param name="Body">JSON in the request's protocol.</param>
public sealed record PredictionAnswer(ModelAnswer Model, ReadOnlyMemory<byte> Body);

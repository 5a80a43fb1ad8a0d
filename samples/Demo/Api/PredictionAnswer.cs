namespace MlServerless.Demo.Api;

/// <param name="Predictions">In the order of the rows.</param>
internal sealed record PredictionAnswer(string Model, int Version, string ModelHash, IReadOnlyList<Prediction> Predictions, IReadOnlyList<PredictionWarning>? Warnings);

namespace MlServerless.Demo.Api;

/// <param name="Label">Classification: the predicted class.</param>
/// <param name="Probability">Binary: of the positive class.</param>
/// <param name="Value">Regression.</param>
internal sealed record Prediction(string? Label, double? Probability, double? Value);

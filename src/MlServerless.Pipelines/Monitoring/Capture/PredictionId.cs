namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>What the id of a prediction tells.</summary>
/// <param name="Key">Request and row: no other prediction of the model has it.</param>
/// <param name="Predicted">Index of the predicted class; 0 for a regression.</param>
/// <param name="Score">Probability of the positive class (binary) or of the predicted one, or the value.</param>
internal sealed record PredictionId(int Version, MonitoringWindow Window, string Key, int Predicted, double Score);

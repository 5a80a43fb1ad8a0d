namespace MlServerless.Pipelines.Monitoring.Feedback;

/// <summary>A prediction and what turned out to be true.</summary>
/// <param name="Predicted">Index of the predicted class; 0 for a regression.</param>
/// <param name="Score">Probability of the positive class (binary) or of the predicted one, or the predicted value.</param>
/// <param name="Actual">Index of the true class, or the true value.</param>
public sealed record FeedbackEntry(int Predicted, double Score, double Actual);

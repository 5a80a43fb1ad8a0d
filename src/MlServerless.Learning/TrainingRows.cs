namespace MlServerless.Learning;

/// <summary>How many rows a model was made from.</summary>
/// <param name="Train">Rows that were fitted.</param>
/// <param name="TrainLeftOut">Rows of the training part without a label.</param>
/// <param name="Validation">Rows behind the metrics.</param>
/// <param name="ValidationLeftOut">Rows of the validation part without a label, or with a class that the training part did not hold.</param>
public sealed record TrainingRows(long Train, long TrainLeftOut, long Validation, long ValidationLeftOut);

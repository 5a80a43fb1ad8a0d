using MlServerless.Data;

namespace MlServerless.Learning.Evaluations;

/// <summary>What the hold-out holds of one input of the model, and so what its figures say nothing of.</summary>
/// <param name="MissingFraction">Of the hold-out's rows.</param>
/// <param name="TrainingMissingFraction">Of the training rows.</param>
/// <param name="Min">Least number or time (seconds since 1970-01-01 UTC) among the hold-out's rows; null for others.</param>
/// <param name="Max">Greatest.</param>
/// <param name="Distinct">Different categories among the hold-out's rows; null for others.</param>
/// <param name="UnseenRows">Rows with a category that the model does not tell apart because training had none or too few.</param>
/// <param name="UnseenValues">Up to five such categories, the most frequent first.</param>
public sealed record InputCoverage(
    string Name, ColumnType Type, double MissingFraction, double TrainingMissingFraction, double? Min, double? Max, int? Distinct, long UnseenRows, IReadOnlyList<string> UnseenValues);

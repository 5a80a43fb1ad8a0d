namespace MlServerless.Learning.Evaluations;

/// <summary>What the errors of a binary model cost, in one unit.</summary>
/// <param name="FalsePositive">A negative row that is predicted positive.</param>
/// <param name="FalseNegative">A positive row that is predicted negative.</param>
public sealed record ErrorCosts(double FalsePositive, double FalseNegative);

namespace MlServerless.Learning.Search;

/// <summary>All values between two.</summary>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value, itself possible.</param>
/// <param name="IsLogarithmic">Whether equal ratios, and not equal differences, are equally likely; both ends are positive then.</param>
/// <param name="IsInteger">Whether whole numbers are drawn.</param>
public sealed record ParameterRange(double Min, double Max, bool IsLogarithmic, bool IsInteger) : ParameterSpace;

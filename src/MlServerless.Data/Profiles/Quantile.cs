namespace MlServerless.Data;

/// <summary>The value below which a fraction of the values lies.</summary>
public sealed record Quantile(double Probability, double Value);

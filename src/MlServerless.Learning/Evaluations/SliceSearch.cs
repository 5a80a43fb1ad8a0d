namespace MlServerless.Learning.Evaluations;

/// <summary>What the search for weak slices looked at.</summary>
/// <param name="Columns">Columns cut into slices.</param>
/// <param name="Slices">Slices with rows enough.</param>
/// <param name="LeftOut">Features that were not looked at: texts, and all beyond the two hundredth.</param>
public sealed record SliceSearch(int Columns, int Slices, int LeftOut);

namespace MlServerless.Samples;

/// <summary>Which row is being made.</summary>
/// <param name="Month">Index of the month.</param>
/// <param name="Row">0-based index in the month.</param>
/// <param name="Drifted">Whether the month comes from the later distribution.</param>
internal readonly record struct RowPlace(int Month, int Row, bool Drifted);

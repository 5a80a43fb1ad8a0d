namespace MlServerless.Pipelines.Comparisons;

/// <summary>What both models predict for the same rows.</summary>
/// <param name="Changed">Rows whose score differs in any bit.</param>
/// <param name="MeanChange">Mean absolute change of a row's score; of several classes the largest of the row's changes.</param>
/// <param name="LargestChange">The largest.</param>
/// <param name="Flipped">Rows for which another class is predicted; null for a regression, with <paramref name="Righted"/>, <paramref name="Wronged"/> and <paramref name="Flips"/>.</param>
/// <param name="Righted">Of these, rows that a got wrong and b gets right.</param>
/// <param name="Wronged">Of these, rows that a got right and b gets wrong.</param>
/// <param name="Flips">From which class to which, the most frequent first.</param>
/// <param name="Examples">Flipped rows, of a regression changed ones, those that changed most first.</param>
public sealed record PredictionDifference(
    long Rows, long Changed, double MeanChange, double LargestChange, long? Flipped, long? Righted, long? Wronged, IReadOnlyList<FlipCount>? Flips, IReadOnlyList<ChangedRow> Examples);

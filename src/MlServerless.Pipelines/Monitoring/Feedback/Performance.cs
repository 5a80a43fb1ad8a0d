using MlServerless.Learning;

namespace MlServerless.Pipelines.Monitoring.Feedback;

/// <summary>How good predictions turned out to be, as far as their truth is known.</summary>
/// <param name="Labels">Predictions of which the truth is known.</param>
/// <param name="Coverage">Their share of all predictions.</param>
/// <param name="Metrics">By name; empty without labels.</param>
public sealed record Performance(long Labels, double Coverage, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Beyond so many labels a report goes by the first of them in the order of their keys, which is that of nobody's choice.</summary>
    public const int MaxLabels = 1_000_000;

    internal static Performance Of(LearningTask task, IReadOnlyList<FeedbackEntry> entries, long predictions)
    {
        double coverage = predictions == 0 ? 0 : Math.Min(1, (double)entries.Count / predictions);
        if (entries.Count == 0)
            return new Performance(0, coverage, new SortedDictionary<string, double>(StringComparer.Ordinal));
        if (task == LearningTask.Multiclass)
        {
            // An id carries the probability of the predicted class alone, so that only what counts hits can be told.
            double hits = entries.Count(entry => entry.Predicted == (int)entry.Actual);
            return new Performance(entries.Count, coverage, new SortedDictionary<string, double>(StringComparer.Ordinal) { ["accuracy"] = hits / entries.Count });
        }

        double[] targets = [.. entries.Select(entry => entry.Actual)];
        double[] scores = [.. entries.Select(entry => entry.Score)];
        return new Performance(entries.Count, coverage, new SortedDictionary<string, double>(Evaluation.Metrics(task, targets, scores, 1).ToDictionary(), StringComparer.Ordinal));
    }
}

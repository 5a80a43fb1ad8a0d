using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Evaluations;

/// <summary>Scores of two models on the same rows, brought to the same classes in the same order.</summary>
/// <param name="Targets">Class index or value per row; NaN where there is no label.</param>
internal sealed record AlignedScores(LearningTask Task, double[] Targets, double[] First, double[] Second, int Outputs)
{
    /// <summary>Classes that only one of two multiclass models knows have the probability 0 in the other, which did not expect them.</summary>
    /// <returns>Null where two binary models tell other classes apart, or the tasks differ.</returns>
    /// <exception cref="TrainingException">The table lacks the label, or it is of another kind than the task needs.</exception>
    public static AlignedScores? Of(Table table, ModelArtifact first, double[] firstScores, ModelArtifact second, double[] secondScores)
    {
        if (first.Task != second.Task)
            return null;
        IReadOnlyList<string> mine = first.ClassLabels, theirs = second.ClassLabels;
        string label = first.Signature.Label;
        if (mine.SequenceEqual(theirs, StringComparer.Ordinal))
            return new AlignedScores(first.Task, Evaluation.Targets(table, label, first.Task, mine), firstScores, secondScores, Math.Max(1, first.Task == LearningTask.Multiclass ? mine.Count : 1));
        if (first.Task == LearningTask.Binary)
        {
            return mine[0] == theirs[1] && mine[1] == theirs[0]
                ? new AlignedScores(first.Task, Evaluation.Targets(table, label, first.Task, mine), firstScores, [.. secondScores.Select(score => 1 - score)], 1)
                : null;
        }

        string[] all = [.. mine.Union(theirs, StringComparer.Ordinal)];
        return new AlignedScores(first.Task, Evaluation.Targets(table, label, first.Task, all), Spread(firstScores, mine, all), Spread(secondScores, theirs, all), all.Length);
    }

    private static double[] Spread(double[] scores, IReadOnlyList<string> labels, string[] all)
    {
        int[] places = [.. labels.Select(label => Array.IndexOf(all, label))];
        int rows = scores.Length / labels.Count;
        var spread = new double[rows * all.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < places.Length; k++)
                spread[(row * all.Length) + places[k]] = scores[(row * places.Length) + k];
        }

        return spread;
    }
}

using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving;

/// <summary>What was predicted for one request.</summary>
/// <param name="Scores"><see cref="Learning.Scorer.OutputCount"/> numbers per row.</param>
/// <param name="Unseen">Values that the model never saw.</param>
internal sealed record PredictionOutcome(ModelAnswer Answer, RowBatch Rows, double[] Scores, IReadOnlyList<(int Row, int Input)> Unseen)
{
    /// <summary>Scores rows.</summary>
    public static PredictionOutcome Of(ModelAnswer answer, RowBatch rows)
    {
        List<(int Row, int Input)>? unseen = null;
        double[] scores = answer.Model.Score(rows, (row, input) => (unseen ??= []).Add((row, input)));
        return new PredictionOutcome(answer, rows, scores, unseen ?? (IReadOnlyList<(int, int)>)[]);
    }

    public ServedModel Model => Answer.Model;

    public int Outputs => Model.Scorer.OutputCount;

    public ReadOnlySpan<double> Row(int row) => Scores.AsSpan(row * Outputs, Outputs);

    /// <summary>Ids of the predictions; null where they cannot be given.</summary>
    public PredictionIds? Ids { get; init; }

    /// <summary>Where ids begin to count rows: predictions of the same request before these.</summary>
    public int FirstId { get; init; }

    /// <summary>Null unless they were asked for.</summary>
    public RowExplanations? Explanations { get; init; }

    /// <summary>The probability of the positive class (binary) or of the predicted one, or the value.</summary>
    public double Score(int row) => Row(row)[Outputs == 1 ? 0 : Class(row)];

    /// <summary>The index of the predicted class: the positive one from a probability of one half on, of several the most probable.</summary>
    public int Class(int row)
    {
        ReadOnlySpan<double> scores = Row(row);
        if (scores.Length == 1)
            return Model.Artifact.Task == LearningTask.Regression || scores[0] < 0.5 ? 0 : 1;
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }
}

namespace MlServerless.Pipelines.Serving;

/// <summary>What was predicted for one request.</summary>
/// <param name="Scores"><see cref="Learning.Scorer.OutputCount"/> numbers per row.</param>
/// <param name="Unseen">Values that the model never saw.</param>
internal sealed record PredictionOutcome(ModelAnswer Answer, RowBatch Rows, double[] Scores, IReadOnlyList<(int Row, int Input)> Unseen)
{
    public ServedModel Model => Answer.Model;

    public int Outputs => Model.Scorer.OutputCount;

    public ReadOnlySpan<double> Row(int row) => Scores.AsSpan(row * Outputs, Outputs);

    /// <summary>The index of the predicted class: the positive one from a probability of one half on, of several the most probable.</summary>
    public int Class(int row)
    {
        ReadOnlySpan<double> scores = Row(row);
        if (scores.Length == 1)
            return scores[0] >= 0.5 ? 1 : 0;
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }
}

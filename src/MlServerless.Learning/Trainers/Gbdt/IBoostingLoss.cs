namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A loss for boosting. Scores are laid out output after output: output k of row i at k × rows + i.</summary>
internal interface IBoostingLoss
{
    /// <summary>Trees per round.</summary>
    int Outputs { get; }

    /// <summary>Second derivatives are at most 2 to this power.</summary>
    int MaxHessianExponent { get; }

    /// <summary>Whether all of them are 1, but for weights.</summary>
    bool HessianIsOne => false;

    /// <summary>The constant scores that minimise the loss over the training rows.</summary>
    /// <param name="weights">One per row, or none where all are 1.</param>
    double[] BaseScores(ReadOnlySpan<double> targets, ReadOnlySpan<double> weights);

    /// <summary>Writes what <see cref="Derivatives"/> needs of rows from … to−1; same layout as scores.</summary>
    void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions);

    /// <summary>First and second derivatives of the loss of some rows by the score of one output.</summary>
    /// <param name="predictions">What <see cref="Predict"/> wrote for that output.</param>
    void Derivatives(ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, int output, Span<double> gradients, Span<double> hessians);

    /// <summary>The loss of one row of the validation part.</summary>
    double Of(ReadOnlySpan<double> scores, double target, int rows, int row);
}

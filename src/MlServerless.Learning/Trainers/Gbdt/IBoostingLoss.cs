namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>A loss for boosting. Scores are laid out output after output: output k of row i at k × rows + i.</summary>
internal interface IBoostingLoss
{
    /// <summary>Trees per round.</summary>
    int Outputs { get; }

    /// <summary>Second derivatives are at most 2 to this power.</summary>
    int MaxHessianExponent { get; }

    /// <summary>The constant scores that minimise the loss over the training rows.</summary>
    double[] BaseScores(ReadOnlySpan<double> targets);

    /// <summary>Writes what <see cref="Derivatives"/> needs of rows from … to−1; same layout as scores.</summary>
    void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions);

    /// <summary>First and second derivative of the loss by the score of one output.</summary>
    (double Gradient, double Hessian) Derivatives(double prediction, double target, int output);

    /// <summary>The sum of the validation loss over rows from … to−1, added one row after the other.</summary>
    double Sum(ReadOnlySpan<double> scores, ReadOnlySpan<double> targets, int rows, int from, int to);
}

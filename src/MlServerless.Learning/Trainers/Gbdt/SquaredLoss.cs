namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Half the squared error; targets are centred and scaled to within ±1.</summary>
internal sealed class SquaredLoss : IBoostingLoss
{
    public int Outputs => 1;

    public int MaxHessianExponent => 0;

    public double[] BaseScores(ReadOnlySpan<double> targets) => [0];

    public void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions) =>
        scores[from..to].CopyTo(predictions[from..]);

    public (double Gradient, double Hessian) Derivatives(double prediction, double target, int output) => (prediction - target, 1);

    public double Sum(ReadOnlySpan<double> scores, ReadOnlySpan<double> targets, int rows, int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++)
            sum += (scores[i] - targets[i]) * (scores[i] - targets[i]);
        return sum;
    }
}

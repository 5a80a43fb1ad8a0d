using MlServerless.Data;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Binary log-loss; the score is the log-odds of class 1.</summary>
internal sealed class LogisticLoss : IBoostingLoss
{
    public int Outputs => 1;

    public int MaxHessianExponent => -2;

    public double[] BaseScores(ReadOnlySpan<double> targets)
    {
        long positive = 0;
        foreach (double target in targets)
            positive += target == 1 ? 1 : 0;
        return [DeterministicMath.Log((double)positive / (targets.Length - positive))];
    }

    public void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions)
    {
        for (int i = from; i < to; i++)
            predictions[i] = DeterministicMath.Sigmoid(scores[i]);
    }

    public (double Gradient, double Hessian) Derivatives(double prediction, double target, int output) =>
        (prediction - target, prediction * (1 - prediction));

    public double Sum(ReadOnlySpan<double> scores, ReadOnlySpan<double> targets, int rows, int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            double margin = targets[i] == 1 ? scores[i] : -scores[i];
            sum += Math.Max(-margin, 0) + DeterministicMath.Log1p(DeterministicMath.Exp(-Math.Abs(margin)));
        }
        return sum;
    }
}

using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Multiclass log-loss over the softmax of one score per class.</summary>
internal sealed class SoftmaxLoss(int classes) : IBoostingLoss
{
    public int Outputs => classes;

    public int MaxHessianExponent => -2;

    public double[] BaseScores(ReadOnlySpan<double> targets)
    {
        var counts = new long[classes];
        foreach (double target in targets)
            counts[(int)target]++;
        double[] scores = new double[classes];
        for (int k = 0; k < classes; k++)
            scores[k] = DeterministicMath.Log((double)counts[k] / targets.Length);
        return scores;
    }

    public void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions)
    {
        Span<double> row = classes <= 256 ? stackalloc double[classes] : new double[classes];
        for (int i = from; i < to; i++)
        {
            for (int k = 0; k < classes; k++)
                row[k] = scores[k * rows + i];
            Softmax.InPlace(row);
            for (int k = 0; k < classes; k++)
                predictions[k * rows + i] = row[k];
        }
    }

    public (double Gradient, double Hessian) Derivatives(double prediction, double target, int output) =>
        (prediction - (target == output ? 1 : 0), prediction * (1 - prediction));

    public double Sum(ReadOnlySpan<double> scores, ReadOnlySpan<double> targets, int rows, int from, int to)
    {
        Span<double> row = classes <= 256 ? stackalloc double[classes] : new double[classes];
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            for (int k = 0; k < classes; k++)
                row[k] = scores[k * rows + i];
            sum += Softmax.LogSumExp(row) - row[(int)targets[i]];
        }
        return sum;
    }
}

using System.Runtime.CompilerServices;
using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Binary log-loss; the score is the log-odds of class 1.</summary>
internal sealed class LogisticLoss : IBoostingLoss
{
    public int Outputs => 1;

    public int MaxHessianExponent => -2;

    public double[] BaseScores(ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        double positive = 0;
        double negative = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (targets[i] == 1)
                positive += weight;
            else
                negative += weight;
        }
        return [DeterministicMath.Log(positive / negative)];
    }

    public void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions) =>
        VectorSigmoid.Compute(scores[from..to], predictions[from..to]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Derivatives(ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, int output, Span<double> gradients, Span<double> hessians)
    {
        for (int i = 0; i < predictions.Length; i++)
        {
            gradients[i] = predictions[i] - targets[i];
            hessians[i] = predictions[i] * (1 - predictions[i]);
        }
    }

    public double Of(ReadOnlySpan<double> scores, double target, int rows, int row)
    {
        double margin = target == 1 ? scores[row] : -scores[row];
        return Math.Max(-margin, 0) + DeterministicMath.Log1p(DeterministicMath.Exp(-Math.Abs(margin)));
    }
}

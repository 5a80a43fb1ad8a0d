using System.Runtime.CompilerServices;
using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Multiclass log-loss over the softmax of one score per class.</summary>
internal sealed class SoftmaxLoss(int classes) : IBoostingLoss
{
    public int Outputs => classes;

    public int MaxHessianExponent => -2;

    public double[] BaseScores(ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        double[] sums = new double[classes];
        double total = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            sums[(int)targets[i]] += weight;
            total += weight;
        }
        return Array.ConvertAll(sums, sum => DeterministicMath.Log(sum / total));
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Derivatives(ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, int output, Span<double> gradients, Span<double> hessians)
    {
        for (int i = 0; i < predictions.Length; i++)
        {
            gradients[i] = predictions[i] - (targets[i] == output ? 1 : 0);
            hessians[i] = predictions[i] * (1 - predictions[i]);
        }
    }

    public double Of(ReadOnlySpan<double> scores, double target, int rows, int row)
    {
        Span<double> own = classes <= 256 ? stackalloc double[classes] : new double[classes];
        for (int k = 0; k < classes; k++)
            own[k] = scores[k * rows + row];
        return Softmax.LogSumExp(own) - own[(int)target];
    }
}

using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Multiclass log-loss of one margin per class.</summary>
internal sealed class SoftmaxMarginLoss(int classes) : ILinearLoss
{
    public int Outputs => classes;

    public double[] Start(ReadOnlySpan<double> targets)
    {
        var counts = new long[classes];
        foreach (double target in targets)
            counts[(int)target]++;
        double[] start = new double[classes];
        for (int k = 0; k < classes; k++)
            start[k] = DeterministicMath.Log((double)counts[k] / targets.Length);
        return start;
    }

    public double Curvature(double start, int output)
    {
        double probability = DeterministicMath.Exp(start);
        return probability * (1 - probability);
    }

    public double Differentiate(Span<double> margins, int stride, ReadOnlySpan<double> targets)
    {
        double[] row = new double[classes];
        double loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            for (int k = 0; k < classes; k++)
                row[k] = margins[k * stride + i];
            int target = (int)targets[i];
            loss += Softmax.LogSumExp(row) - row[target];
            Softmax.InPlace(row);
            for (int k = 0; k < classes; k++)
                margins[k * stride + i] = row[k] - (k == target ? 1 : 0);
        }
        return loss;
    }
}

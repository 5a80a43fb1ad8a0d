using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Half the squared error; targets are centred and scaled to within ±1.</summary>
internal sealed class SquaredLoss : IBoostingLoss
{
    public int Outputs => 1;

    public int MaxHessianExponent => 0;

    public bool HessianIsOne => true;

    public double[] BaseScores(ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty)
            return [0];
        double sum = 0;
        double total = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            sum += weights[i] * targets[i];
            total += weights[i];
        }
        return [sum / total];
    }

    public void Predict(ReadOnlySpan<double> scores, int rows, int from, int to, Span<double> predictions) =>
        scores[from..to].CopyTo(predictions[from..]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Derivatives(ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, int output, Span<double> gradients, Span<double> hessians)
    {
        for (int i = 0; i < predictions.Length; i++)
            gradients[i] = predictions[i] - targets[i];
        hessians.Fill(1);
    }

    public double Of(ReadOnlySpan<double> scores, double target, int rows, int row) => (scores[row] - target) * (scores[row] - target);
}

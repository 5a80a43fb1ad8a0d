using MlServerless.Data;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Binary log-loss of the log-odds of class 1.</summary>
internal sealed class LogisticMarginLoss : ILinearLoss
{
    public int Outputs => 1;

    public double[] Start(ReadOnlySpan<double> targets)
    {
        long positive = 0;
        foreach (double target in targets)
            positive += target == 1 ? 1 : 0;
        return [DeterministicMath.Log((double)positive / (targets.Length - positive))];
    }

    public double Curvature(double start, int output)
    {
        double probability = DeterministicMath.Sigmoid(start);
        return probability * (1 - probability);
    }

    public double Differentiate(Span<double> margins, int stride, ReadOnlySpan<double> targets)
    {
        double loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double margin = margins[i];
            double power = DeterministicMath.Exp(-Math.Abs(margin));
            double larger = 1 / (1 + power);
            double probability = margin >= 0 ? larger : power * larger;
            loss += Math.Max(targets[i] == 1 ? -margin : margin, 0) + DeterministicMath.Log1p(power);
            margins[i] = probability - targets[i];
        }
        return loss;
    }
}

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Half the squared error of centred and scaled targets.</summary>
internal sealed class SquaredMarginLoss : ILinearLoss
{
    public int Outputs => 1;

    public double[] Start(ReadOnlySpan<double> targets) => [0];

    public double Curvature(double start, int output) => 1;

    public double Differentiate(Span<double> margins, int stride, ReadOnlySpan<double> targets)
    {
        double loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double residual = margins[i] - targets[i];
            loss += residual * residual / 2;
            margins[i] = residual;
        }
        return loss;
    }
}

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>A convex loss of linear margins.</summary>
internal interface ILinearLoss
{
    /// <summary>Margins per row.</summary>
    int Outputs { get; }

    /// <summary>Intercepts of the best constant model.</summary>
    double[] Start(ReadOnlySpan<double> targets);

    /// <summary>Second derivative of a row's loss by one margin, at the best constant model.</summary>
    double Curvature(double start, int output);

    /// <summary>Replaces margins by the derivatives of the loss by them; returns the loss summed row after row.</summary>
    /// <param name="margins">Output k of the i-th row at k × stride + i.</param>
    double Differentiate(Span<double> margins, int stride, ReadOnlySpan<double> targets);
}

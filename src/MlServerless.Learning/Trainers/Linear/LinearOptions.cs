using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>The settings of linear models. Penalties are added to the loss summed over the rows, so that l2 is 1/C of scikit-learn's logistic regression and alpha of its ridge.</summary>
internal sealed class LinearOptions(ParameterSet values)
{
    public static readonly ParameterDefinition[] Definitions =
    [
        new NumberParameter("l2", 1, 0, 1e12, "penalty on the squares of the coefficients"),
        new NumberParameter("l1", 0, 0, 1e12, "penalty on the sizes of the coefficients"),
        new NumberParameter("maxIterations", 500, 1, 100_000, "steps of the solver at most", IsInteger: true),
        new NumberParameter("tolerance", 1e-10, 0, 1e-2, "the solver ends when it expects to gain less than this fraction of the loss", MinExcluded: true),
    ];

    public double L2 { get; } = values["l2"];

    public double L1 { get; } = values["l1"];

    public int MaxIterations { get; } = values.Integer("maxIterations");

    /// <summary>The solver ends when the loss it expects to gain is this fraction of the loss.</summary>
    public double Tolerance { get; } = values["tolerance"];
}

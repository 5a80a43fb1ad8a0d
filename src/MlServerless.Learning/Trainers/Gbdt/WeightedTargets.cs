namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>What is to be learned of some rows, and how much each counts.</summary>
/// <param name="Values">Class index or scaled value of each row.</param>
/// <param name="Weights">Weight of each row, at most 1; null where all are 1.</param>
internal sealed record WeightedTargets(double[] Values, double[]? Weights)
{
    public double WeightOf(int row) => Weights is null ? 1 : Weights[row];
}

namespace MlServerless.Learning.Evaluations;

/// <summary>A slice on which the model does worse than on the other rows, beyond chance.</summary>
/// <param name="Loss">Mean log-loss or squared error of its rows.</param>
/// <param name="OtherLoss">The same of all other rows.</param>
/// <param name="Low">Lower end of the confidence interval of the difference of the two.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">The probability of a difference so large, corrected for all slices that were looked at (Bonferroni).</param>
/// <param name="Figures">The metrics of its rows.</param>
public sealed record WeakSlice(SliceFigures Figures, double Loss, double OtherLoss, double Low, double High, double PValue);

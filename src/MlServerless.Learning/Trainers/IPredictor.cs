namespace MlServerless.Learning.Trainers;

/// <summary>A compiled model. Immutable and safe for several threads at once; the scores of a row do not depend on the rows beside it.</summary>
internal interface IPredictor
{
    /// <summary>Computes raw scores: log-odds for binary, one unnormalised log-probability per class for multiclass, the value for regression.</summary>
    /// <param name="slots">Slot s of row i at s × stride + i.</param>
    /// <param name="raw">Output k of row i at i × outputs + k.</param>
    void ScoreRaw(ReadOnlySpan<double> slots, int stride, int rows, Span<double> raw);
}

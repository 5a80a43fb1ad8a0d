using MlServerless.Data;

namespace MlServerless.Pipelines.Steps;

/// <summary>The scores that the evaluation gave to the hold-out, so that serving can be compared with it bit by bit.</summary>
/// <param name="OutputCount">Scores per row: 1, or one per class.</param>
/// <param name="RowNumbers">The row's 1-based number in the data version.</param>
/// <param name="Scores">Row after row, <paramref name="OutputCount"/> each.</param>
public sealed record HoldOutScores(ContentHash ModelHash, ContentHash HoldOutHash, int OutputCount, IReadOnlyList<long> RowNumbers, IReadOnlyList<double> Scores);

namespace MlServerless.Pipelines.Serving;

/// <summary>What each input added to the raw score of every row; for several classes, to that of the predicted class.</summary>
/// <param name="Contributions">Input i of row r at r × inputs + i.</param>
/// <param name="Base">Per row, what the contributions start from.</param>
/// <param name="Raw">Per row, base and contributions together: log-odds, or the value.</param>
internal sealed record RowExplanations(double[] Contributions, double[] Base, double[] Raw);

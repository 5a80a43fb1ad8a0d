namespace MlServerless.Data;

/// <summary>How much a column and the label go together.</summary>
/// <param name="Measure">
/// Between numbers "pearson" (-1 to 1); between a number and a category "correlationRatio" (0 to 1), the square root of the part of the number's
/// variance that lies between the categories, less what chance gives (Kelley's ε²: 1 - (1 - η²)(n - 1)/(n - g)); between categories "cramersV"
/// (0 to 1), less what chance gives (Bergsma 2013).
/// </param>
/// <param name="Value">The measure.</param>
/// <param name="Rows">How many different sampled rows have both values, each weighed by how often it occurs; all there are, where there are no more than 2048.</param>
/// <param name="StandardError">Of Pearson's coefficient (1 - r²)/√(n - 1), for the others at most 1/√(n - 1); 0 where all rows are sampled.</param>
public sealed record LabelAssociation(string Measure, double Value, long Rows, double StandardError);

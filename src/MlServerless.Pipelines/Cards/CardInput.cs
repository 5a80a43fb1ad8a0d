using MlServerless.Data;
using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Cards;

/// <summary>One input of a model.</summary>
/// <param name="Min">Least number or time of the data version; null for others and where its profile is gone.</param>
/// <param name="Max">Greatest.</param>
/// <param name="Distinct">Different values of the data version.</param>
/// <param name="HoldOut">What of it the model was tested on.</param>
public sealed record CardInput(string Name, ColumnType Type, bool Required, double? Min, double? Max, long? Distinct, InputCoverage? HoldOut);

namespace MlServerless.Learning.Evaluations;

/// <summary>Which rows a slice is made of.</summary>
/// <param name="Label">For people: "region = north", "age 30 to 45", "plan: 3 rare values", "plan missing".</param>
/// <param name="Value">Of kind value: the value, "true" or "false" for a boolean.</param>
/// <param name="From">Of kind range: above this; null for no limit.</param>
/// <param name="To">Of kind range: up to this; null for no limit.</param>
public sealed record Slice(string Column, SliceKind Kind, string Label, string? Value = null, double? From = null, double? To = null);

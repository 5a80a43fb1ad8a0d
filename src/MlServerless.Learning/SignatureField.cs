using MlServerless.Data;

namespace MlServerless.Learning;

/// <summary>One input of a model.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="Values">The closed domain of a category; null for any value.</param>
/// <param name="Required">Whether a prediction must name it; its value may still be missing.</param>
public sealed record SignatureField(string Name, ColumnType Type, IReadOnlyList<string>? Values, bool Required);

using System.Globalization;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving;

/// <summary>What is wrong with a value of a row, or with a row as a whole.</summary>
/// <param name="Row">0-based, in its request.</param>
/// <param name="Column">Null for the row as a whole.</param>
internal readonly record struct RowFault(int Row, string? Column, string Message)
{
    public ProblemDetail ToDetail() => new(
        Column is null ? string.Create(CultureInfo.InvariantCulture, $"$[{Row}]") : string.Create(CultureInfo.InvariantCulture, $"$[{Row}]['{Column}']"), Message);
}

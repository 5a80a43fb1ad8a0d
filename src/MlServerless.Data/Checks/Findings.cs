using System.Globalization;
using System.Text.Json.Nodes;

namespace MlServerless.Data;

/// <summary>Collects findings and words their figures alike.</summary>
internal sealed class Findings(IReadOnlyList<Finding> first)
{
    private readonly List<Finding> all = [.. first];

    /// <summary>Blocking ones first, each group in the order in which they came.</summary>
    internal IReadOnlyList<Finding> Sorted() => [.. all.OrderByDescending(finding => finding.Severity)];

    internal void Add(string code, Severity severity, string? column, string message, string? expected = null, string? observed = null, long count = 1, double? fraction = null, JsonObject? edit = null) =>
        all.Add(new Finding { Code = code, Severity = severity, Column = column, Message = message, Expected = expected, Observed = observed, Count = count, Fraction = fraction, SuggestedEdit = edit });

    /// <param name="count">Where it is more than the tally saw, for rows of files that lack the column are in no tally.</param>
    internal void Add(string code, Severity severity, string? column, string message, Tally tally, string? expected = null, string? observed = null, long? count = null, double? fraction = null, JsonObject? edit = null) =>
        all.Add(new Finding
        {
            Code = code,
            Severity = severity,
            Column = column,
            Message = message,
            Expected = expected,
            Observed = observed ?? tally.Observed,
            Count = count ?? tally.Count,
            ExampleRows = tally.Rows,
            Fraction = fraction,
            SuggestedEdit = edit,
        });

    /// <summary>A fraction as a percentage with as many digits as it takes to tell it from 0.</summary>
    internal static string Percent(double fraction)
    {
        double percent = fraction * 100;
        string format = percent is 0 or >= 10 ? "0.#" : percent >= 0.1 ? "0.##" : "0.####";
        return percent.ToString(format, CultureInfo.InvariantCulture) + " %";
    }

    internal static double? Ratio(long part, long whole) => whole == 0 ? null : part / (double)whole;

    internal static string Percent(long part, long whole) => Percent(whole == 0 ? 0 : part / (double)whole);

    internal static string Rows(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "row" : "rows")}");

    internal static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

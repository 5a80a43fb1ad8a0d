using System.Globalization;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving;

/// <summary>Collects what is wrong with the rows of a request: all of it is counted, the first hundred are told.</summary>
internal sealed class RowErrors
{
    private const int MaxTold = 100;
    private readonly List<RowFault> told = [];
    private readonly Dictionary<string, int> byColumn = new(StringComparer.Ordinal);
    private int count;

    public bool Any => count > 0;

    /// <summary>The first hundred.</summary>
    public IReadOnlyList<RowFault> Told => told;

    public void Clear()
    {
        count = 0;
        told.Clear();
        byColumn.Clear();
    }

    public void Add(int row, string? column, string message)
    {
        count++;
        byColumn[column ?? ""] = byColumn.GetValueOrDefault(column ?? "") + 1;
        if (told.Count < MaxTold)
            told.Add(new RowFault(row, column, message));
    }

    /// <exception cref="ProblemException">400: there were errors.</exception>
    public void ThrowIfAny()
    {
        if (count == 0)
            return;
        string shown = told.Count < count ? string.Create(CultureInfo.InvariantCulture, $"; the first {told.Count} are listed") : "";
        throw new ProblemException(
            400,
            "The rows do not fit the model's signature.",
            string.Create(CultureInfo.InvariantCulture, $"{count} fault(s){shown}. Nothing was predicted; mend them and send the request again."),
            [.. told.Select(fault => fault.ToDetail())]) { Faults = byColumn };
    }
}

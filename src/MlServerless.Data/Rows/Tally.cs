using System.Text.Json;

namespace MlServerless.Data;

/// <summary>How often something occurs, the first rows in which it does, and what was found in the first of them.</summary>
internal sealed class Tally
{
    internal const int MaxRows = 5;
    private const int MaxObserved = 60;

    private readonly List<long> rows = [];

    internal long Count { get; private set; }

    internal IReadOnlyList<long> Rows => rows;

    internal string? Observed { get; private set; }

    /// <param name="row">Its 1-based number; numbers come in ascending order.</param>
    internal void Add(long row)
    {
        if (Count++ < MaxRows)
            rows.Add(row);
    }

    internal void Add(long row, ReadOnlySpan<byte> observed)
    {
        if (Count >= MaxRows)
            Count++;
        else
            AddExample(row, observed);
    }

    internal void Add(long row, string observed)
    {
        if (Count == 0)
            Observed = observed;
        Add(row);
    }

    /// <summary>Counts later rows; there are enough examples, or none of these rows.</summary>
    internal void AddWithoutExamples(long count) => Count += count;

    /// <summary>Adds what was found in later rows.</summary>
    /// <param name="later">What was found there.</param>
    /// <param name="offset">How many rows come before those.</param>
    internal void Append(Tally later, long offset)
    {
        if (Count == 0)
            Observed = later.Observed;
        Count += later.Count;
        rows.AddRange(later.rows.Take(MaxRows - rows.Count).Select(row => row + offset));
    }

    internal TallyDocument? ToDocument() => Count == 0 ? null : new TallyDocument(Count, rows, Observed);

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static Tally Read(TallyDocument? document)
    {
        var tally = new Tally();
        if (document is null)
            return tally;
        if (document.Count < 1 || document.Rows.Count != Math.Min(document.Count, MaxRows))
            throw new JsonException($"A count of {document.Count} with {document.Rows.Count} example rows is not a tally.");
        tally.Count = document.Count;
        tally.rows.AddRange(document.Rows);
        tally.Observed = document.Observed;
        return tally;
    }

    private void AddExample(long row, ReadOnlySpan<byte> observed)
    {
        if (Count == 0)
            Observed = Shorten(System.Text.Encoding.UTF8.GetString(observed));
        Add(row);
    }

    private static string Shorten(string text)
    {
        if (text.Length <= MaxObserved)
            return text;
        int cut = char.IsHighSurrogate(text[MaxObserved - 1]) ? MaxObserved - 1 : MaxObserved;
        return text[..cut] + "…";
    }
}

using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Learning.Evaluations.Slicing;

/// <summary>Cuts columns into slices.</summary>
internal static class Slicer
{
    /// <summary>Values of a category that have a slice of their own, at most.</summary>
    public const int MostSlices = 30;

    private static readonly double[] Probabilities = [0.1, 0.25, 0.5, 0.75, 0.9];

    /// <param name="limits">Rising limits of ranges; null takes the column's own quantiles.</param>
    /// <param name="leastRows">Of a value that has a slice of its own.</param>
    public static ColumnSlices Cut(Column column, IReadOnlyList<double>? limits, int leastRows) => column switch
    {
        NumericColumn { Type: ColumnType.Boolean } flags => CutFlags(flags),
        NumericColumn numbers => CutNumbers(numbers, limits ?? Quantiles(numbers)),
        _ => CutCategories((CategoryColumn)column, leastRows),
    };

    private static ColumnSlices CutFlags(NumericColumn column)
    {
        var ofRow = new byte[column.RowCount];
        for (int row = 0; row < ofRow.Length; row++)
            ofRow[row] = double.IsNaN(column.Values[row]) ? (byte)2 : column.Values[row] != 0 ? (byte)1 : (byte)0;
        return new ColumnSlices(column.Name, [OfValue(column.Name, "false"), OfValue(column.Name, "true"), OfMissing(column.Name)], ofRow);
    }

    private static ColumnSlices CutNumbers(NumericColumn column, IReadOnlyList<double> limits)
    {
        // More than so many do not come from quantiles; a byte numbers the slices.
        double[] edges = [.. limits.Where(double.IsFinite).Distinct().Order().Take(MostSlices - 1)];
        var slices = new List<Slice>();
        for (int i = 0; i <= edges.Length; i++)
        {
            double? from = i == 0 ? null : edges[i - 1];
            double? to = i == edges.Length ? null : edges[i];
            slices.Add(new Slice(column.Name, SliceKind.Range, RangeLabel(column, from, to), From: from, To: to));
        }

        slices.Add(OfMissing(column.Name));
        var ofRow = new byte[column.RowCount];
        ReadOnlySpan<double> values = column.Values;
        for (int row = 0; row < ofRow.Length; row++)
        {
            double value = values[row];
            int slice = 0;
            while (slice < edges.Length && value > edges[slice])
                slice++;
            ofRow[row] = (byte)(double.IsNaN(value) ? slices.Count - 1 : slice);
        }

        return new ColumnSlices(column.Name, slices, ofRow);
    }

    private static ColumnSlices CutCategories(CategoryColumn column, int leastRows)
    {
        var counts = new long[column.Vocabulary.Count];
        foreach (int code in column.Codes)
        {
            if (code >= 0)
                counts[code]++;
        }

        int[] own = [.. Enumerable.Range(0, counts.Length)
            .Where(code => counts[code] >= leastRows)
            .OrderByDescending(code => counts[code])
            .ThenBy(code => column.Vocabulary[code], StringComparer.Ordinal)
            .Take(MostSlices)];
        int rare = counts.Count(count => count > 0) - own.Length;
        var sliceOfCode = new byte[counts.Length];
        Array.Fill(sliceOfCode, (byte)own.Length);
        var slices = new List<Slice>();
        foreach (int code in own)
        {
            sliceOfCode[code] = (byte)slices.Count;
            slices.Add(OfValue(column.Name, column.Vocabulary[code]));
        }

        slices.Add(new Slice(column.Name, SliceKind.Rare, string.Create(CultureInfo.InvariantCulture, $"{column.Name}: {rare} other value{(rare == 1 ? "" : "s")}")));
        slices.Add(OfMissing(column.Name));
        var ofRow = new byte[column.RowCount];
        ReadOnlySpan<int> codes = column.Codes;
        for (int row = 0; row < ofRow.Length; row++)
            ofRow[row] = codes[row] < 0 ? (byte)(slices.Count - 1) : sliceOfCode[codes[row]];
        return new ColumnSlices(column.Name, slices, ofRow);
    }

    private static IReadOnlyList<double> Quantiles(NumericColumn column)
    {
        double[] sorted = [.. column.Values.ToArray().Where(value => !double.IsNaN(value))];
        if (sorted.Length == 0)
            return [];
        Array.Sort(sorted);
        return [.. Probabilities.Select(p => sorted[(int)Math.Ceiling(p * sorted.Length) - 1])];
    }

    private static Slice OfValue(string column, string value) => new(column, SliceKind.Value, $"{column} = {value}", Value: value);

    private static Slice OfMissing(string column) => new(column, SliceKind.Missing, $"{column} missing");

    private static string RangeLabel(NumericColumn column, double? from, double? to) => (from, to) switch
    {
        (null, null) => $"{column.Name} any",
        (null, _) => $"{column.Name} up to {Show(to.Value, column.Type)}",
        (_, null) => $"{column.Name} above {Show(from.Value, column.Type)}",
        _ => $"{column.Name} {Show(from.Value, column.Type)} to {Show(to.Value, column.Type)}",
    };

    private static string Show(double value, ColumnType type)
    {
        if (type == ColumnType.DateTime && DateTimeText.TryOf(value) is { } time)
            return time;
        double size = Math.Abs(value);
        return size is >= 1e7 or (> 0 and < 1e-4)
            ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
            : value == Math.Floor(value) ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("G4", CultureInfo.InvariantCulture);
    }
}

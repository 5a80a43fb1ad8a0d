using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>
/// The training rows as a linear model sees them, in blocks of rows: standardised numbers column after column, and for every
/// one-hot group the coefficient that each row picks. Rows of the last block that do not exist hold zeros. What is sparse lies apart,
/// row after row.
/// </summary>
internal sealed class LinearDesign
{
    public const int BlockRows = 1024;

    private LinearDesign(int rows, int coefficients, int[] denseCoefficients, int groups, double[][] dense, int[][] codes, SparseRows[] sparse)
    {
        Rows = rows;
        Coefficients = coefficients;
        DenseCoefficients = denseCoefficients;
        Groups = groups;
        Dense = dense;
        Codes = codes;
        Sparse = sparse;
    }

    public int Rows { get; }

    /// <summary>Coefficients per output without the intercept. The number behind the last one stands for "none" in <see cref="Codes"/>.</summary>
    public int Coefficients { get; }

    /// <summary>The coefficient of every dense column.</summary>
    public int[] DenseCoefficients { get; }

    /// <summary>One-hot groups.</summary>
    public int Groups { get; }

    /// <summary>Per block: value of dense column j of the i-th row at j × <see cref="BlockRows"/> + i.</summary>
    public double[][] Dense { get; }

    /// <summary>Per block: coefficient picked by the i-th row in group g at g × <see cref="BlockRows"/> + i.</summary>
    public int[][] Codes { get; }

    /// <summary>Per block: the coefficients, in place of slots, and values of each row's sparse slots.</summary>
    public SparseRows[] Sparse { get; }

    public int Blocks => Dense.Length;

    public int RowsOf(int block) => Math.Min(BlockRows, Rows - block * BlockRows);

    public static LinearDesign Build(EncodedRows rows, LinearTerm[] terms, WorkTeam team)
    {
        IReadOnlyList<Slot> slots = rows.Preprocessor.Slots;
        int[] placeOfSlot = new int[slots.Count];
        int denseSlots = 0;
        for (int s = 0; s < slots.Count; s++)
            placeOfSlot[s] = slots[s].IsSparse ? -1 : denseSlots++;
        int[] firstCoefficient = new int[terms.Length + 1];
        for (int t = 0; t < terms.Length; t++)
            firstCoefficient[t + 1] = firstCoefficient[t] + terms[t].Columns;
        int[] denseTerms = [.. Indices(terms, kind => kind is LinearTermKind.Number or LinearTermKind.NumberOrMissing)];
        int[] groupTerms = [.. Indices(terms, kind => kind is LinearTermKind.OneHot or LinearTermKind.NumberOrMissing)];
        int[] coefficientOfSlot = new int[slots.Count];
        for (int t = 0; t < terms.Length; t++)
            for (int c = 0; c < (terms[t].Kind == LinearTermKind.Sparse ? terms[t].Columns : 0); c++)
                coefficientOfSlot[terms[t].Slot + c] = firstCoefficient[t] + c;
        int blocks = WorkTeam.BlockCount(rows.Count, BlockRows);
        double[][] dense = new double[blocks][];
        int[][] codes = new int[blocks][];
        var sparse = new SparseRows[blocks];
        team.RunBlocks(rows.Count, BlockRows, (block, from, to) =>
        {
            int count = to - from;
            double[] values = new double[denseSlots * count];
            SparseRows found = rows.ReadSparse(from, count, values);
            sparse[block] = found with { Slots = Array.ConvertAll(found.Slots, slot => coefficientOfSlot[slot]) };
            dense[block] = new double[denseTerms.Length * BlockRows];
            codes[block] = new int[groupTerms.Length * BlockRows];
            codes[block].AsSpan().Fill(firstCoefficient[^1]);
            for (int j = 0; j < denseTerms.Length; j++)
                Standardise(terms[denseTerms[j]], values.AsSpan(placeOfSlot[terms[denseTerms[j]].Slot] * count, count), dense[block].AsSpan(j * BlockRows));
            for (int g = 0; g < groupTerms.Length; g++)
                Pick(terms[groupTerms[g]], firstCoefficient[groupTerms[g]], values.AsSpan(placeOfSlot[terms[groupTerms[g]].Slot] * count, count), codes[block].AsSpan(g * BlockRows));
        });
        return new LinearDesign(rows.Count, firstCoefficient[^1], [.. denseTerms.Select(t => firstCoefficient[t])], groupTerms.Length, dense, codes, sparse);
    }

    /// <summary>
    /// The mean over the rows of what every coefficient is multiplied by: shares of rows for missing numbers, levels and buckets, and
    /// 0 for standardised numbers.
    /// </summary>
    public double[] Averages()
    {
        double[] sums = new double[Coefficients + 1];
        for (int block = 0; block < Blocks; block++)
        {
            for (int g = 0; g < Groups; g++)
                foreach (int code in Codes[block].AsSpan(g * BlockRows, RowsOf(block)))
                    sums[code]++;
            for (int i = 0; i < Sparse[block].Values.Length; i++)
                sums[Sparse[block].Slots[i]] += Sparse[block].Values[i];
        }
        double[] averages = new double[Coefficients];
        for (int p = 0; p < averages.Length; p++)
            averages[p] = sums[p] / Rows;
        return averages;
    }

    private static IEnumerable<int> Indices(LinearTerm[] terms, Func<LinearTermKind, bool> wanted) =>
        Enumerable.Range(0, terms.Length).Where(t => wanted(terms[t].Kind));

    private static void Standardise(LinearTerm term, ReadOnlySpan<double> values, Span<double> target)
    {
        for (int i = 0; i < values.Length; i++)
            target[i] = double.IsNaN(values[i]) ? 0 : term.Standardise(values[i]);
    }

    private static void Pick(LinearTerm term, int first, ReadOnlySpan<double> values, Span<int> target)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int column = term.Kind == LinearTermKind.OneHot ? term.ColumnOf(values[i]) : double.IsNaN(values[i]) ? 1 : -1;
            if (column >= 0)
                target[i] = first + column;
        }
    }
}

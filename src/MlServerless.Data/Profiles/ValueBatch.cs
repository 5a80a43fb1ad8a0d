using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>What one batch of rows brought for one column; the next column, the next batch and the next part use the memory again.</summary>
internal sealed class ValueBatch
{
    private static readonly ConcurrentBag<ValueBatch> Free = [];

    private double[] numbers = [];
    private ulong[] hashes = [];
    private int[] sources = [];
    private byte[] classes = [];
    private ushort[] places = [];
    private int numberCount;
    private int textCount;
    private bool isOfAllRows;

    private ValueBatch()
    {
    }

    /// <summary>Makes sums; of use to all columns, because it is empty between batches.</summary>
    internal MomentBuckets Moments { get; } = new();

    /// <summary>Finite numbers.</summary>
    internal Span<double> Numbers => numbers.AsSpan(0, numberCount);

    /// <summary>The rows of the texts; empty where they are those of all rows.</summary>
    internal ReadOnlySpan<int> Sources => isOfAllRows ? [] : sources.AsSpan(0, textCount);

    /// <summary>The hashes of the texts.</summary>
    internal ReadOnlySpan<ulong> Hashes => hashes.AsSpan(0, textCount);

    /// <summary>One that nobody uses.</summary>
    internal static ValueBatch Rent() => Free.TryTake(out ValueBatch? batch) ? batch : new ValueBatch();

    /// <summary>Leaves it to whoever needs one next.</summary>
    internal void Return() => Free.Add(this);

    /// <summary>Empties it and makes room for one value a row.</summary>
    internal void Restart(int rows)
    {
        numberCount = textCount = 0;
        isOfAllRows = false;
        if (rows > numbers.Length)
        {
            numbers = new double[rows];
            hashes = new ulong[rows];
            sources = new int[rows];
            classes = new byte[rows];
            places = new ushort[rows];
        }
    }

    /// <summary>Room for a number for every row, apart from the values.</summary>
    internal Span<ushort> Places(int rows) => places.AsSpan(0, rows);

    /// <summary>Takes up the short numbers of a column as the first values, and its short texts into the hashes of the rows.</summary>
    /// <returns>For every row the <see cref="ValueClass"/>, or <see cref="ShortNumberKernel.NotRead"/>; and the lengths of the short numbers.</returns>
    internal Span<byte> ReadShortNumbers(RowBatchReader batch, int column, RowHashes rowHashes, out LengthRun lengths)
    {
        Span<byte> read = classes.AsSpan(0, batch.Rows);
        ShortNumberKernel.Hash(batch, column, rowHashes, hashes);
        ShortNumberKernel.Read(batch, column, numbers, read);
        ReadOnlySpan<RowFault> faults = batch.Faults.AsSpan(0, batch.Rows);
        for (int row = faults.IndexOfAnyExcept(RowFault.None); row >= 0 && row < faults.Length; row++)
        {
            if (faults[row] != RowFault.None)
                read[row] = ShortNumberKernel.NotRead;
        }

        lengths = ShortNumberKernel.Lengths(batch, column, read);
        isOfAllRows = lengths.Count == batch.Rows;
        if (isOfAllRows && !read.Contains((byte)ValueClass.Code))
            textCount = numberCount = batch.Rows;
        else
            (textCount, numberCount) = ShortNumberKernel.Compact(read, numbers, hashes, sources);
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddNumber(double value) => numbers[numberCount++] = value;

    /// <summary>Adds a text; the values must not be those of all rows already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddText(int row, ulong hash)
    {
        sources[textCount] = row;
        hashes[textCount++] = hash;
    }
}

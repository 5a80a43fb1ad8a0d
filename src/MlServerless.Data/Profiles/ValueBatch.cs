using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>What one batch of rows brought for one column; the next column and the next batch use the memory again.</summary>
internal sealed class ValueBatch
{
    private double[] numbers = [];
    private ulong[] hashes = [];
    private Cell[] texts = [];
    private byte[] classes = [];
    private int numberCount;
    private int textCount;

    /// <summary>Makes sums; of use to all columns, because it is empty between batches.</summary>
    internal MomentBuckets Moments { get; } = new();

    /// <summary>Finite numbers.</summary>
    internal Span<double> Numbers => numbers.AsSpan(0, numberCount);

    /// <summary>Where the values are in the buffer of the rows.</summary>
    internal ReadOnlySpan<Cell> Texts => texts.AsSpan(0, textCount);

    /// <summary>For each of <see cref="Texts"/>.</summary>
    internal ReadOnlySpan<ulong> Hashes => hashes.AsSpan(0, textCount);

    /// <summary>Empties it and makes room for one value a row.</summary>
    internal void Restart(int rows)
    {
        numberCount = textCount = 0;
        if (rows > numbers.Length)
        {
            numbers = new double[rows];
            hashes = new ulong[rows];
            texts = new Cell[rows];
            classes = new byte[rows];
        }
    }

    /// <summary>Takes up the short numbers of a column as the first values.</summary>
    /// <returns>For every row the <see cref="ValueClass"/>, or <see cref="ShortNumberKernel.NotRead"/>.</returns>
    internal Span<byte> ReadShortNumbers(RowBatchReader batch, int column)
    {
        Span<byte> read = classes.AsSpan(0, batch.Rows);
        ShortNumberKernel.Read(batch, column, numbers, read);
        (textCount, numberCount) = ShortNumberKernel.Hash(batch, column, read, numbers, texts, hashes);
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddNumber(double value) => numbers[numberCount++] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddText(Cell text, ulong hash)
    {
        texts[textCount] = text;
        hashes[textCount++] = hash;
    }
}

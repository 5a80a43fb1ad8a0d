using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// The loops over one column of a batch in which most of the time of a scan goes. Small and apart, so that what they
/// use stays in registers; compiled at once, because a part is soon read.
/// </summary>
internal static class ShortNumberKernel
{
    /// <summary>What is not a short number of a row that is kept.</summary>
    internal const byte NotRead = byte.MaxValue;

    /// <summary>Hashes the short texts of a column and adds them to the hashes of the rows.</summary>
    /// <param name="batch">The rows; those that are not kept are hashed, too, if there is anything.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="rowHashes">The hashes of the rows.</param>
    /// <param name="hashes">For every row the hash of the text; anything where that is not short.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Hash(RowBatchReader batch, int column, RowHashes rowHashes, Span<ulong> hashes)
    {
        int rows = batch.Rows;
        int stride = batch.Stride;
        int lastStart = batch.Buffer.Length - ShortNumber.Readable;
        ref Cell cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(batch.Cells), column);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(batch.Buffer);
        ref ulong sums = ref MemoryMarshal.GetReference(rowHashes.Sums.AsSpan(0, rows));
        ref ulong target = ref MemoryMarshal.GetReference(hashes[..rows]);
        for (int row = 0; row < rows; row++)
        {
            Cell cell = cells;
            cells = ref Unsafe.Add(ref cells, stride);
            if ((uint)(cell.Length - 1) >= ShortNumber.MaxLength || (uint)cell.Start > (uint)lastStart)
                continue;
            ulong hash = StableHash.OfShort(ref Unsafe.Add(ref bytes, (nint)(uint)cell.Start), cell.Length);
            Unsafe.Add(ref target, (nint)(uint)row) = hash;
            Unsafe.Add(ref sums, (nint)(uint)row) += rowHashes.Term(hash);
        }
    }

    /// <summary>Reads the short numbers of a column.</summary>
    /// <param name="batch">The rows; those that are not kept are read, too, if there is anything.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="values">For every row the number; anything where there is none.</param>
    /// <param name="classes">For every row the <see cref="ValueClass"/>, or <see cref="NotRead"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(RowBatchReader batch, int column, Span<double> values, Span<byte> classes)
    {
        int rows = batch.Rows;
        int stride = batch.Stride;
        int lastStart = batch.Buffer.Length - ShortNumber.Readable;
        ref Cell cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(batch.Cells), column);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(batch.Buffer);
        ref double target = ref MemoryMarshal.GetReference(values[..rows]);
        ref byte kinds = ref MemoryMarshal.GetReference(classes[..rows]);
        var number = new ShortNumber();
        for (int row = 0; row < rows; row++)
        {
            Cell cell = cells;
            cells = ref Unsafe.Add(ref cells, stride);
            byte kind = NotRead;
            if ((uint)(cell.Length - 1) < ShortNumber.MaxLength && (uint)cell.Start <= (uint)lastStart
                && number.TryRead(ref Unsafe.Add(ref bytes, (nint)(uint)cell.Start), cell.Length, out double value, out ValueClass valueClass))
            {
                Unsafe.Add(ref target, (nint)(uint)row) = value;
                kind = (byte)valueClass;
            }

            Unsafe.Add(ref kinds, (nint)(uint)row) = kind;
        }
    }

    /// <summary>The lengths of the texts of the numbers.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="classes">As <see cref="Read"/> left them, for rows that are not kept <see cref="NotRead"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static LengthRun Lengths(RowBatchReader batch, int column, ReadOnlySpan<byte> classes)
    {
        int stride = batch.Stride;
        ref Cell cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(batch.Cells), column);
        int count = 0;
        int total = 0;
        uint lengths = 0;
        foreach (byte kind in classes)
        {
            int length = cells.Length;
            cells = ref Unsafe.Add(ref cells, stride);
            if (kind == NotRead)
                continue;
            count++;
            total += length;
            lengths |= 1u << length;
        }

        var run = new LengthRun();
        if (count > 0)
            run.Add(count, System.Numerics.BitOperations.TrailingZeroCount(lengths), System.Numerics.BitOperations.Log2(lengths), total);
        return run;
    }

    /// <summary>Whether <see cref="Hash"/> adds a text to the hash of its row.</summary>
    internal static bool IsShort(RowBatchReader batch, Cell cell) =>
        (uint)(cell.Length - 1) < ShortNumber.MaxLength && (uint)cell.Start <= (uint)(batch.Buffer.Length - ShortNumber.Readable);

    /// <summary>Moves hashes and quantities of numbers together where they do not lie together already.</summary>
    /// <param name="classes">As <see cref="Read"/> left them.</param>
    /// <param name="values">As <see cref="Read"/> left them; then those that are quantities, one after the other.</param>
    /// <param name="hashes">As <see cref="Hash"/> left them; then those of numbers, one after the other.</param>
    /// <param name="rows">The row of each hash.</param>
    /// <returns>How many texts and how many numbers there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Texts, int Numbers) Compact(ReadOnlySpan<byte> classes, Span<double> values, Span<ulong> hashes, Span<int> rows)
    {
        values = values[..classes.Length];
        hashes = hashes[..classes.Length];
        rows = rows[..classes.Length];
        int read = 0;
        int numbers = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            hashes[read] = hashes[row];
            rows[read] = row;
            values[numbers] = values[row];
            read += classes[row] == NotRead ? 0 : 1;
            numbers += classes[row] is NotRead or (byte)ValueClass.Code ? 0 : 1;
        }

        return (read, numbers);
    }
}

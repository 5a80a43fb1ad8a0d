using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// The loop over one column of a batch in which most of the time of a scan goes. Apart, so that what it uses stays in
/// registers; compiled at once, because a part is soon read.
/// </summary>
internal static class ShortNumberKernel
{
    /// <summary>What is not a short number of a row that is kept.</summary>
    internal const byte NotRead = byte.MaxValue;

    /// <summary>Reads the short numbers of a column, hashes them, and adds all its short texts to the hashes of the rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="column">Which of their columns.</param>
    /// <param name="rowHashes">The hashes of the rows.</param>
    /// <param name="values">For every row the number; anything where there is none.</param>
    /// <param name="hashes">For every row the hash of the text; anything where there is no number.</param>
    /// <param name="classes">For every row the <see cref="ValueClass"/>, or <see cref="NotRead"/>.</param>
    /// <returns>The lengths of the texts of the numbers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static LengthRun Read(RowBatchReader batch, int column, RowHashes rowHashes, Span<double> values, Span<ulong> hashes, Span<byte> classes)
    {
        byte[] buffer = batch.Buffer;
        ReadOnlySpan<RowFault> faults = batch.Faults.AsSpan(0, batch.Rows);
        int stride = batch.Stride;
        int lastStart = buffer.Length - ShortNumber.Readable;
        ref Cell cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(batch.Cells), column);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(buffer);
        Span<ulong> sums = rowHashes.Sums.AsSpan(0, faults.Length);
        values = values[..faults.Length];
        hashes = hashes[..faults.Length];
        classes = classes[..faults.Length];
        var number = new ShortNumber();
        long count = 0;
        long total = 0;
        uint lengths = 0;
        for (int row = 0; row < faults.Length; row++)
        {
            Cell cell = cells;
            cells = ref Unsafe.Add(ref cells, stride);
            classes[row] = NotRead;
            if (faults[row] != RowFault.None || (uint)(cell.Length - 1) >= ShortNumber.MaxLength || (uint)cell.Start > (uint)lastStart)
                continue;
            ref byte text = ref Unsafe.Add(ref bytes, cell.Start);
            ulong hash = StableHash.OfShort(ref text, cell.Length);
            sums[row] += rowHashes.Term(hash);
            hashes[row] = hash;
            if (!number.TryRead(ref text, cell.Length, out values[row], out ValueClass valueClass))
                continue;
            classes[row] = (byte)valueClass;
            count++;
            total += cell.Length;
            lengths |= 1u << cell.Length;
        }

        var run = new LengthRun();
        if (count > 0)
            run.Add(count, System.Numerics.BitOperations.TrailingZeroCount(lengths), System.Numerics.BitOperations.Log2(lengths), total);
        return run;
    }

    /// <summary>Whether <see cref="Read"/> adds a text to the hash of its row.</summary>
    internal static bool IsShort(RowBatchReader batch, Cell cell) =>
        (uint)(cell.Length - 1) < ShortNumber.MaxLength && (uint)cell.Start <= (uint)(batch.Buffer.Length - ShortNumber.Readable);

    /// <summary>Moves hashes and quantities of numbers together where they do not lie together already.</summary>
    /// <param name="classes">As <see cref="Read"/> left them.</param>
    /// <param name="values">As <see cref="Read"/> left them; then those that are quantities, one after the other.</param>
    /// <param name="hashes">As <see cref="Read"/> left them; then those of numbers, one after the other.</param>
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

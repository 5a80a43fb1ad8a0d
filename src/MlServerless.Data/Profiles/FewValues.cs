using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// Counts the values of a column while they are few and short: one look into a small table for each, instead of reading, hashing and
/// summing it. What they come to is told at the end, once for each value with its count.
/// </summary>
internal sealed class FewValues
{
    /// <summary>The place of a row that is passed over.</summary>
    internal const ushort None = ushort.MaxValue;

    private const int Capacity = 256;
    /// <summary>With more different values than this in half as many rows more there will be many.</summary>
    private const int LooksFew = 32;

    private const int Slots = 4 * Capacity;
    private const int LongestText = StableHash.ShortLength;

    private readonly ushort[] slots = new ushort[Slots];
    private readonly ulong[] lows = new ulong[Capacity];
    private readonly ulong[] highs = new ulong[Capacity];
    private readonly ulong[] terms = new ulong[Capacity];
    private readonly long[] counts = new long[Capacity];
    private readonly FewValue[] values = new FewValue[Capacity];

    /// <summary>How many rows there were before the batch.</summary>
    private long seen;

    /// <summary>The first is the empty text, which is missing; its place is what unused slots name.</summary>
    private int used = 1;

    internal FewValues() => values[0] = new FewValue([], 0, FewKind.Missing, 0, 0);

    /// <summary>The kinds that values have, by bit.</summary>
    internal uint Kinds { get; private set; } = 1u << (int)FewKind.Missing;

    /// <summary>How many values have a place; not all need to have occurred.</summary>
    internal int Count => used;

    internal FewValue At(int place) => values[place];

    internal long CountAt(int place) => counts[place];

    /// <summary>How often values of a kind have occurred.</summary>
    internal long CountOf(FewKind kind)
    {
        long sum = 0;
        for (int place = 0; place < used; place++)
            sum += values[place].Kind == kind ? counts[place] : 0;
        return sum;
    }

    /// <summary>Takes back a row that was counted as the empty text.</summary>
    internal void TakeBackEmpty() => counts[0]--;

    /// <summary>Counts the kept rows of a batch.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="column">Which column.</param>
    /// <param name="rowHashes">The hashes of the rows; always of the same column.</param>
    /// <param name="judge">Tells what a value is that has not occurred before.</param>
    /// <param name="places">For every row the place of its value, or <see cref="None"/>.</param>
    /// <returns>False, with nothing counted, if there are too many values or one is too long.</returns>
    internal bool TryAdd(TypedRowReader rows, int column, RowHashes rowHashes, Func<ReadOnlySpan<byte>, bool, FewValue> judge, Span<ushort> places)
    {
        int row = 0;
        while (true)
        {
            row = CountRows(rows.Batch, column, row, rowHashes.Sums, places);
            if (row == rows.Rows)
            {
                seen += row;
                return true;
            }

            if (used <= LooksFew + (seen + row) / 2 && TryInsert(rows.Text(row, column), rows, rowHashes, judge))
                continue;
            for (int i = 0; i < row; i++)
            {
                if (places[i] == None)
                    continue;
                counts[places[i]]--;
                rowHashes.Sums[i] -= terms[places[i]];
            }

            return false;
        }
    }

    /// <returns>The first row whose value is not known; the number of rows if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountRows(RowBatchReader batch, int column, int from, ulong[] rowHashes, Span<ushort> places)
    {
        ReadOnlySpan<RowFault> faults = batch.Faults.AsSpan(0, batch.Rows);
        int stride = batch.Stride;
        int lastStart = batch.Buffer.Length - LongestText;
        ref Cell cells = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(batch.Cells), from * stride + column);
        ref byte bytes = ref MemoryMarshal.GetArrayDataReference(batch.Buffer);
        ref ushort table = ref MemoryMarshal.GetArrayDataReference(slots);
        ref ulong low = ref MemoryMarshal.GetArrayDataReference(lows);
        ref ulong high = ref MemoryMarshal.GetArrayDataReference(highs);
        ref ulong term = ref MemoryMarshal.GetArrayDataReference(terms);
        ref long count = ref MemoryMarshal.GetArrayDataReference(counts);
        Span<ulong> sums = rowHashes.AsSpan(0, faults.Length);
        places = places[..faults.Length];
        for (int row = from; row < faults.Length; row++)
        {
            Cell cell = cells;
            cells = ref Unsafe.Add(ref cells, stride);
            if (faults[row] != RowFault.None)
            {
                places[row] = None;
                continue;
            }

            if ((uint)cell.Length > LongestText || (uint)cell.Start > (uint)lastStart)
                return row;
            (ulong first, ulong second) = StableHash.Words(ref Unsafe.Add(ref bytes, cell.Start), cell.Length);
            int slot = Home(first, second);
            int place = Unsafe.Add(ref table, slot);
            while (Unsafe.Add(ref low, place) != first || Unsafe.Add(ref high, place) != second)
            {
                if (place == 0)
                    return row;
                slot = (slot + 1) & (Slots - 1);
                place = Unsafe.Add(ref table, slot);
            }

            Unsafe.Add(ref count, place)++;
            places[row] = (ushort)place;
            sums[row] += Unsafe.Add(ref term, place);
        }

        return faults.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Home(ulong low, ulong high) =>
        (int)((low ^ BitOperations.RotateLeft(high, 29)) * 0x9E3779B97F4A7C15 >> (64 - 10));

    /// <summary>Gives a value a place.</summary>
    private bool TryInsert(ReadOnlySpan<byte> text, TypedRowReader rows, RowHashes rowHashes, Func<ReadOnlySpan<byte>, bool, FewValue> judge)
    {
        if (text.Length > LongestText || used == Capacity)
            return false;
        Span<byte> padded = stackalloc byte[LongestText];
        padded.Clear();
        text.CopyTo(padded);
        (ulong low, ulong high) = StableHash.Words(ref padded[0], text.Length);
        int slot = Home(low, high);
        while (slots[slot] != 0)
            slot = (slot + 1) & (Slots - 1);
        values[used] = judge(text, rows.IsAscii);
        Kinds |= 1u << (int)values[used].Kind;
        terms[used] = rowHashes.Term(values[used].Hash);
        lows[used] = low;
        highs[used] = high;
        slots[slot] = (ushort)used++;
        return true;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlServerless.Data;

/// <summary>
/// Splits runs of rows that are what they should be: as many fields as there are columns, no quotes, ended by LF or
/// CRLF. At the first row that is anything else, or at 64 bytes with a quote in them, it stops and leaves what follows to
/// <see cref="CsvTokenizer"/>, by whose rules it splits.
/// </summary>
internal static class PlainRows
{
    private const int Block = 64;

    /// <summary>So many fields are written at a time, whether there are as many or not.</summary>
    private const int Stride = 4;

    /// <summary>Takes rows until one is not plain or not complete, or there is no room.</summary>
    /// <param name="buffer">Data, with <see cref="CsvTokenizer.Padding"/> bytes after <paramref name="end"/>.</param>
    /// <param name="begin">Where the first row starts.</param>
    /// <param name="end">Where the data end (exclusive).</param>
    /// <param name="delimiter">An ASCII byte.</param>
    /// <param name="columns">How many fields a row has.</param>
    /// <param name="cells">The fields, row by row; what is behind those of the rows taken is left in disorder.</param>
    /// <param name="rows">Room for the rows.</param>
    /// <param name="next">Where the row starts that was not taken.</param>
    /// <returns>How many rows were taken; blank lines are none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Take(byte[] buffer, int begin, int end, byte delimiter, int columns, Span<Cell> cells, Span<RowExtent> rows, out int next)
    {
        int taken = 0;
        int fields = 0;
        int first = 0;
        int fieldStart = begin;
        next = begin;
        for (int block = begin; block < end; block += Block)
        {
            if (!TryFind(buffer, block, end, delimiter, out ulong delimiters, out ulong feeds))
                return taken;
            do
            {
                // The fields up to the row's end or to that of the block.
                int feed = BitOperations.TrailingZeroCount(feeds);
                ulong mask = feeds == 0 ? delimiters : delimiters & ((1UL << feed) - 1);
                int found = BitOperations.PopCount(mask);
                if (fields + found >= columns)
                    return taken;
                delimiters ^= mask;
                int at = first + fields;
                fields += found;
                if (at + found + Stride <= cells.Length)
                {
                    for (int written = 0; written < found; written += Stride)
                    {
                        Span<Cell> four = cells.Slice(at + written, Stride);
                        for (int i = 0; i < Stride; i++)
                        {
                            int position = block + BitOperations.TrailingZeroCount(mask);
                            mask &= mask - 1;
                            four[i] = new Cell(fieldStart, position - fieldStart);
                            fieldStart = position + 1;
                        }
                    }

                    if (found > 0)
                    {
                        Cell last = cells[at + found - 1];
                        fieldStart = last.Start + last.Length + 1;
                    }
                }
                else
                {
                    for (; mask != 0; mask &= mask - 1)
                    {
                        int position = block + BitOperations.TrailingZeroCount(mask);
                        cells[at++] = new Cell(fieldStart, position - fieldStart);
                        fieldStart = position + 1;
                    }
                }

                if (feeds == 0)
                    break;
                feeds &= feeds - 1;
                int lineEnd = block + feed;
                int textEnd = lineEnd > next && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
                if (textEnd > next)
                {
                    if (fields != columns - 1 || textEnd - next > RowBatchReader.MaxRowBytes)
                        return taken;
                    cells[first + fields] = new Cell(fieldStart, textEnd - fieldStart);
                    rows[taken++] = new RowExtent(next, textEnd);
                    first += columns;
                }

                next = lineEnd + 1;
                fieldStart = next;
                fields = 0;
                if (taken == rows.Length)
                    return taken;
            }
            while (true);
        }

        return taken;
    }

    /// <returns>False if there is a quote, or a carriage return that is not known to belong to CRLF.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFind(byte[] buffer, int block, int end, byte delimiter, out ulong delimiters, out ulong feeds)
    {
        delimiters = feeds = 0;
        ulong inside = ulong.MaxValue;
        if (end - block < Block)
        {
            // Behind the data only half a block is readable.
            inside = (1UL << (end - block)) - 1;
            if (end - block <= Vector256<byte>.Count)
                return TryJoin(buffer, block, end, Masks(Vector256.LoadUnsafe(ref buffer[block]), delimiter), default, inside, out delimiters, out feeds);
        }

        return TryJoin(
            buffer,
            block,
            end,
            Masks(Vector256.LoadUnsafe(ref buffer[block]), delimiter),
            Masks(Vector256.LoadUnsafe(ref buffer[block + Vector256<byte>.Count]), delimiter),
            inside,
            out delimiters,
            out feeds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryJoin(byte[] buffer, int block, int end, HalfMasks low, HalfMasks high, ulong inside, out ulong delimiters, out ulong feeds)
    {
        delimiters = (low.Delimiters | (ulong)high.Delimiters << 32) & inside;
        feeds = (low.Feeds | (ulong)high.Feeds << 32) & inside;
        ulong other = (low.Others | (ulong)high.Others << 32) & inside;
        return other == 0 || AreReturnsBeforeFeeds(buffer, block, end, other);
    }

    private static bool AreReturnsBeforeFeeds(byte[] buffer, int block, int end, ulong others)
    {
        for (; others != 0; others &= others - 1)
        {
            int position = block + BitOperations.TrailingZeroCount(others);
            if (buffer[position] != '\r' || position + 1 == end || buffer[position + 1] != '\n')
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static HalfMasks Masks(Vector256<byte> bytes, byte delimiter)
    {
        Vector256<byte> others = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\r'));
        return new HalfMasks(
            Vector256.Equals(bytes, Vector256.Create(delimiter)).ExtractMostSignificantBits(),
            Vector256.Equals(bytes, Vector256.Create((byte)'\n')).ExtractMostSignificantBits(),
            others.ExtractMostSignificantBits());
    }

    private readonly record struct HalfMasks(uint Delimiters, uint Feeds, uint Others);
}

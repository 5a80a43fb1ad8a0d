using System.Runtime.CompilerServices;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// The rows of a tree in training, those of one leaf side by side and ascending. A split moves the rows of a leaf apart and
/// gathers the gradients of the smaller side, which are summed next.
/// </summary>
internal sealed unsafe class RowPartition
{
    /// <summary>Row numbers that may be read behind the last one; they are of rows, but of no matter.</summary>
    public const int Slack = 32;

    private const int BlockRows = 16384;
    private readonly int[] rows;
    private readonly int[] leftRows;
    private readonly int[] rightRows;
    private readonly int[] leftCounts;
    private readonly AlignedLongs gathered;
    private readonly WorkTeam team;

    /// <param name="capacity">Rows at most.</param>
    /// <param name="sampled">Whether trees see only some of the rows, whose gradients are then gathered for the root too.</param>
    public RowPartition(int capacity, bool sampled, WorkTeam team)
    {
        rows = GC.AllocateArray<int>(capacity + Slack, pinned: true);
        leftRows = GC.AllocateUninitializedArray<int>(capacity);
        rightRows = GC.AllocateUninitializedArray<int>(capacity);
        leftCounts = new int[WorkTeam.BlockCount(capacity, BlockRows)];
        gathered = new AlignedLongs(sampled ? capacity : capacity / 2 + 1);
        this.team = team;
    }

    /// <summary>Gradients of the smaller side of the last split, in the order of its rows.</summary>
    public long* Gathered => gathered.Pointer;

    /// <summary>Starts a tree with these rows, ascending.</summary>
    public void Reset(ReadOnlySpan<int> usedRows) => usedRows.CopyTo(rows);

    public ReadOnlySpan<int> Rows(int start, int count) => rows.AsSpan(start, count);

    /// <summary>The rows from <paramref name="start"/> on; they stay in place while this object is reachable.</summary>
    public int* Pointer(int start)
    {
        fixed (int* pointer = rows)
            return pointer + start;
    }

    /// <summary>Gathers the gradients of a range of rows.</summary>
    public void Gather(int start, int count, long* gradients) =>
        team.RunBlocks(count, BlockRows, (_, from, to) => GatherRange(rows.AsSpan(start + from, to - from), gradients, from));

    /// <summary>Moves the rows that go left in front of the others, both in their old order.</summary>
    /// <param name="leftCount">Rows that go left, known from the split.</param>
    /// <param name="bins">The bins of the split's feature, row after row.</param>
    /// <param name="gather">Whether the smaller side's gradients are wanted.</param>
    public void Divide(int start, int count, int leftCount, byte* bins, byte[] goesLeft, long* gradients, bool gather)
    {
        bool leftIsSmaller = leftCount <= count - leftCount;
        if (count <= BlockRows)
        {
            DivideBlock(start, count, leftCount, bins, goesLeft);
            if (gather)
                GatherRange(leftIsSmaller ? rows.AsSpan(start, leftCount) : rows.AsSpan(start + leftCount, count - leftCount), gradients, 0);
            return;
        }
        team.RunBlocks(count, BlockRows, (block, from, to) =>
        {
            ReadOnlySpan<int> source = rows.AsSpan(start + from, to - from);
            leftCounts[block] = Separate(source, bins, goesLeft, leftRows.AsSpan(from, to - from), rightRows.AsSpan(from, to - from));
        });
        int blocks = WorkTeam.BlockCount(count, BlockRows);
        int[] leftBefore = new int[blocks + 1];
        for (int block = 0; block < blocks; block++)
            leftBefore[block + 1] = leftBefore[block] + leftCounts[block];
        Expect(leftCount, leftBefore[blocks]);
        team.RunBlocks(count, BlockRows, (block, from, to) =>
        {
            int toLeft = leftBefore[block];
            int toRight = leftCount + from - toLeft;
            ReadOnlySpan<int> left = leftRows.AsSpan(from, leftCounts[block]);
            ReadOnlySpan<int> right = rightRows.AsSpan(from, to - from - leftCounts[block]);
            left.CopyTo(rows.AsSpan(start + toLeft));
            right.CopyTo(rows.AsSpan(start + toRight));
            if (gather && leftIsSmaller)
                GatherRange(left, gradients, toLeft);
            else if (gather)
                GatherRange(right, gradients, toRight - leftCount);
        });
    }

    private void DivideBlock(int start, int count, int leftCount, byte* bins, byte[] goesLeft)
    {
        Span<int> block = rows.AsSpan(start, count);
        // Rows that go left never overtake the one that is read.
        Expect(leftCount, Separate(block, bins, goesLeft, block, rightRows));
        rightRows.AsSpan(0, count - leftCount).CopyTo(block[leftCount..]);
    }

    private static void Expect(int counted, int went)
    {
        if (went != counted)
            throw new InvalidOperationException($"{went} rows went left where the histogram counted {counted}.");
    }

    // Writes every row to both sides and moves on only the side it belongs to: no branch to mispredict.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Separate(ReadOnlySpan<int> source, byte* bin, byte[] goesLeft, Span<int> left, Span<int> right)
    {
        int lefts = 0;
        fixed (int* from = source)
        fixed (byte* route = goesLeft)
        fixed (int* toLeft = left)
        fixed (int* toRight = right)
        {
            for (int i = 0; i < source.Length; i++)
            {
                int row = from[i];
                toLeft[lefts] = row;
                toRight[i - lefts] = row;
                lefts += route[bin[row]];
            }
        }
        return lefts;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherRange(ReadOnlySpan<int> source, long* gradients, int position)
    {
        long* target = gathered.Pointer + position;
        for (int i = 0; i < source.Length; i++)
            target[i] = gradients[source[i]];
    }
}

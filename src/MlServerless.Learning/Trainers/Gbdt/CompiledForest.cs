using System.Buffers;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Trees made ready to score binned rows. Groups of rows go through <see cref="LeafPlanes"/> where trees are small and the processor
/// has the instructions, single rows through <see cref="LeafTables"/> where these are not too large, everything else through a
/// <see cref="TreeWalker"/>. All find the same leaves, whose values are added in the order of the trees: the score of a row does not
/// depend on which it was.
/// </summary>
internal sealed unsafe class CompiledForest
{
    /// <summary>Fewer rows are walked.</summary>
    private const int LeastRows = 12;

    /// <summary>Beyond it, tables of single rows would no longer stay near the processor.</summary>
    public const long MaxTableBytes = 4 << 20;

    private const int MaxStackBytes = 24 << 10;

    /// <summary>Trees are taken in stretches whose steps stay in the second-level cache while all rows pass by.</summary>
    private const int StretchBytes = 512 << 10;

    private readonly int groups;
    private readonly int treeCount;
    /// <summary>Null where there are tables: then planes take every tree, too.</summary>
    private readonly TreeWalker? walker;

    private readonly LeafTables? tables;
    private readonly LeafPlanes planes = new();

    /// <summary>The number of each tree among the planes; −1 for one that is walked.</summary>
    private readonly int[] planeOf;

    private readonly int[] stretches;

    /// <param name="features">The binned features; trees name them by slot.</param>
    /// <param name="groups">Outputs; tree t adds to output t modulo this.</param>
    /// <param name="maxTableBytes">Memory that may be given to single rows; 0 where only groups of rows will come.</param>
    /// <param name="usePlanes">Whether groups of rows may go through planes, where the processor can.</param>
    public CompiledForest(IReadOnlyList<Tree> trees, FeatureBins[] features, int groups, long maxTableBytes = 0, bool usePlanes = true)
    {
        this.groups = groups;
        treeCount = trees.Count;
        int[] featureOfSlot = new int[features.Length == 0 ? 0 : features.Max(f => f.Slot) + 1];
        for (int i = 0; i < features.Length; i++)
            featureOfSlot[features[i].Slot] = i;
        usePlanes &= LeafPlanes.IsSupported;
        tables = LeafTables.Create(trees, features, featureOfSlot, maxTableBytes);
        walker = tables is null ? new TreeWalker(trees, features, featureOfSlot) : null;
        planeOf = [.. trees.Select(tree => usePlanes && LeafPlanes.Fits(tree) ? planes.Add(tree, features, featureOfSlot) : -1)];
        planes.Freeze();
        stretches = usePlanes ? Stretches() : [];
    }

    /// <summary>Adds the leaf values of all trees, in their order, to the scores.</summary>
    /// <param name="bins">The bin of feature f of row i at f × stride + i.</param>
    /// <param name="scores">Output k of row i at k × groupStride + i × rowStride.</param>
    public void AddTo(byte* bins, nint stride, int rows, Span<double> scores, int rowStride, int groupStride)
    {
        fixed (double* target = scores)
        {
            if (rows >= LeastRows && stretches.Length > 0)
            {
                AddGroups(bins, stride, rows, target, rowStride, groupStride);
                return;
            }
            if (tables is not null)
                for (int i = 0; i < rows; i++)
                    tables.AddRow(bins + i, stride, target + (nint)i * rowStride, groups, groupStride);
            else if (rows < LeastRows)
                for (int i = 0; i < rows; i++)
                    walker!.AddRow(bins + i, stride, target + (nint)i * rowStride, groups, groupStride);
            else
                for (int t = 0; t < treeCount; t++)
                    walker!.AddTree(t, bins, stride, rows, target + (nint)(t % groups) * groupStride, rowStride);
        }
    }

    private void AddGroups(byte* bins, nint stride, int rows, double* scores, int rowStride, int groupStride)
    {
        if (planes.GroupBytes <= MaxStackBytes)
        {
            byte* group = stackalloc byte[MaxStackBytes];
            AddGroups(bins, stride, rows, scores, rowStride, groupStride, group);
            return;
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(planes.GroupBytes);
        fixed (byte* group = rented)
            AddGroups(bins, stride, rows, scores, rowStride, groupStride, group);
        ArrayPool<byte>.Shared.Return(rented);
    }

    private void AddGroups(byte* bins, nint stride, int rows, double* scores, int rowStride, int groupStride, byte* group)
    {
        for (int s = 0, first = 0; s < stretches.Length; first = stretches[s++])
            for (int start = 0; start < rows; start += LeafPlanes.GroupRows)
            {
                int count = Math.Min(LeafPlanes.GroupRows, rows - start);
                planes.Load(bins + start, stride, count, group);
                double* own = scores + (nint)start * rowStride;
                for (int t = first; t < stretches[s]; t++)
                {
                    double* target = own + (nint)(t % groups) * groupStride;
                    if (planeOf[t] >= 0)
                        planes.AddTree(planeOf[t], group, count, target, rowStride);
                    else
                        walker!.AddTree(t, bins + start, stride, count, target, rowStride);
                }
            }
    }

    /// <summary>The ends of the stretches.</summary>
    private int[] Stretches()
    {
        List<int> ends = [];
        int bytes = 0;
        for (int t = 0; t < treeCount; t++)
        {
            int own = planeOf[t] < 0 ? 0 : planes.StepBytes(planeOf[t]);
            if (bytes + own > StretchBytes && bytes > 0)
            {
                ends.Add(t);
                bytes = 0;
            }
            bytes += own;
        }
        if (treeCount > 0)
            ends.Add(treeCount);
        return [.. ends];
    }
}

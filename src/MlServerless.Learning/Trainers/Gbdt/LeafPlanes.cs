using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Small trees without walking (Lucchese et al., "QuickScorer", 2015): every leaf is a bit, numbered from left to right, and every
/// node at which a row goes right takes away the leaves on its left; the lowest bit that stays is the row's leaf. A row's bits lie
/// in planes of eight, so that one instruction treats a plane of 32 rows. Everything is integers: leaves are those of a walk.
/// </summary>
internal sealed unsafe class LeafPlanes
{
    /// <summary>Rows treated at once.</summary>
    public const int GroupRows = 64;

    /// <summary>Leaves of a tree at most.</summary>
    public const int MaxLeaves = 64;

    private const int PlaneLeaves = 8;
    private const int NibbleBytes = 32;
    private readonly List<Step> steps = [];
    private readonly List<BucketTest> tests = [];
    private readonly List<byte> nibbles = [];
    private readonly List<double> values = [];
    private readonly List<Plan> plans = [];
    private readonly ColumnMap columns = new();
    private Frozen frozen;

    public static bool IsSupported => Avx2.IsSupported;

    public static bool Fits(Tree tree) => tree.LeafCount <= MaxLeaves;

    /// <summary>Bytes that a group of rows needs.</summary>
    public int GroupBytes { get; private set; }

    /// <summary>Adds a tree; returns its number.</summary>
    public int Add(Tree tree, FeatureBins[] features, int[] featureOfSlot)
    {
        int[] leaves = TreeShape.Leaves(tree, out int[] firstLeaf, out int[] leftLeaves);
        var conditions = new (int Column, byte AtLeast)[tree.NodeCount];
        int firstTest = tests.Count;
        for (int node = 0; node < tree.NodeCount; node++)
            conditions[node] = Condition(tree, node, featureOfSlot[tree.Feature[node]], features, firstTest);
        int planes = Math.Max(1, (tree.LeafCount + PlaneLeaves - 1) / PlaneLeaves);
        int firstStep = steps.Count;
        for (int plane = planes - 1; plane >= 0; plane--)
        {
            int begin = steps.Count;
            // The place for the number of the plane's steps.
            steps.Add(default);
            for (int node = 0; node < tree.NodeCount; node++)
            {
                byte kill = Bits(firstLeaf[node] - plane * PlaneLeaves, leftLeaves[node]);
                if (kill != 0 && conditions[node].AtLeast != 0)
                    steps.Add(new Step(conditions[node].Column, conditions[node].AtLeast * 0x01010101u, kill * 0x01010101u));
            }
            steps[begin] = new Step(steps.Count - begin - 1, 0, 0);
        }
        plans.Add(new Plan(planes, firstStep, firstTest, tests.Count - firstTest, values.Count));
        foreach (int leaf in leaves)
            values.Add(tree.LeafValue[leaf]);
        return plans.Count - 1;
    }

    /// <summary>Ends the adding.</summary>
    public void Freeze()
    {
        int known = columns.Count;
        int most = plans.Count == 0 ? 0 : plans.Max(plan => plan.Tests);
        GroupBytes = (known + most) * GroupRows;
        Step[] final = [.. steps];
        foreach (Plan plan in plans)
        {
            int at = plan.FirstStep;
            for (int plane = 0; plane < plan.Planes; plane++)
            {
                int count = final[at].Column;
                for (int s = at + 1; s <= at + count; s++)
                    final[s] = final[s] with { Column = (final[s].Column >= 0 ? final[s].Column : known + ~final[s].Column) * GroupRows };
                at += count + 1;
            }
        }
        frozen = new Frozen(final, [.. tests.Select(test => test with { Column = test.Column * GroupRows })], [.. nibbles], [.. values], [.. plans], columns.ToArray());
    }

    /// <summary>Bytes that a tree's steps are.</summary>
    public int StepBytes(int number)
    {
        int end = number + 1 < frozen.Plans.Length ? frozen.Plans[number + 1].FirstStep : frozen.Steps.Length;
        return (end - frozen.Plans[number].FirstStep) * sizeof(Step);
    }

    /// <summary>Copies the columns of up to <see cref="GroupRows"/> rows.</summary>
    /// <param name="bins">The bin of column c of the group's row i at c × stride + i.</param>
    /// <param name="group"><see cref="GroupBytes"/> bytes.</param>
    public void Load(byte* bins, nint stride, int rows, byte* group)
    {
        (int Column, bool Shifted)[] needed = frozen.Columns;
        for (int c = 0; c < needed.Length; c++, group += GroupRows)
        {
            byte* source = bins + needed[c].Column * stride;
            // Missing is bin 0; one less makes it the largest.
            Vector256<byte> shift = needed[c].Shifted ? Vector256<byte>.One : Vector256<byte>.Zero;
            if (rows == GroupRows)
            {
                (Vector256.Load(source) - shift).Store(group);
                (Vector256.Load(source + 32) - shift).Store(group + 32);
                continue;
            }
            new Span<byte>(source, rows).CopyTo(new Span<byte>(group, rows));
            new Span<byte>(group + rows, GroupRows - rows).Clear();
            (Vector256.Load(group) - shift).Store(group);
            (Vector256.Load(group + 32) - shift).Store(group + 32);
        }
    }

    /// <summary>Adds the leaf values of a tree to the scores of a group's rows.</summary>
    public void AddTree(int number, byte* group, int rows, double* scores, int rowStride)
    {
        byte* leaves = stackalloc byte[GroupRows];
        Plan plan = frozen.Plans[number];
        fixed (Step* step = frozen.Steps)
        fixed (double* value = frozen.Values)
        {
            if (plan.Tests > 0)
                Test(plan, group);
            Find(step + plan.FirstStep, plan.Planes, group, leaves);
            double* own = value + plan.FirstValue;
            if (rowStride == 1)
                for (int i = 0; i < rows; i++)
                    scores[i] += own[leaves[i]];
            else
                for (int i = 0; i < rows; i++)
                    scores[i * rowStride] += own[leaves[i]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Find(Step* step, int planes, byte* group, byte* leaves)
    {
        Vector256<byte> low = Vector256.Create((byte)15);
        // The place of the only bit in a nibble.
        Vector256<byte> places = Vector256.Create((byte)0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
        Vector256<byte> highPlaces = Vector256.Create((byte)0, 4, 5, 0, 6, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 0, 6, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0);
        Vector256<byte> first = Vector256<byte>.Zero;
        Vector256<byte> second = Vector256<byte>.Zero;
        for (int plane = planes - 1; plane >= 0; plane--)
        {
            Vector256<byte> left = Vector256<byte>.AllBitsSet;
            Vector256<byte> right = Vector256<byte>.AllBitsSet;
            Step* end = step + 1 + step->Column;
            for (step++; step < end; step++)
            {
                Vector256<byte> least = Vector256.Create(step->AtLeast).AsByte();
                Vector256<byte> kill = Vector256.Create(step->Kill).AsByte();
                Vector256<byte> x = Vector256.Load(group + step->Column);
                Vector256<byte> y = Vector256.Load(group + step->Column + 32);
                left = Avx2.AndNot(Avx2.CompareEqual(Avx2.Max(x, least), x) & kill, left);
                right = Avx2.AndNot(Avx2.CompareEqual(Avx2.Max(y, least), y) & kill, right);
            }
            Vector256<byte> offset = Vector256.Create((byte)(plane * PlaneLeaves));
            first = Vector256.ConditionalSelect(Vector256.Equals(left, Vector256<byte>.Zero), first, Lowest(left) + offset);
            second = Vector256.ConditionalSelect(Vector256.Equals(right, Vector256<byte>.Zero), second, Lowest(right) + offset);
        }
        first.Store(leaves);
        second.Store(leaves + 32);

        Vector256<byte> Lowest(Vector256<byte> bits)
        {
            Vector256<byte> only = bits & (Vector256<byte>.Zero - bits);
            Vector256<byte> high = (only.AsUInt16() >>> 4).AsByte() & low;
            return Avx2.Shuffle(places, only & low) | Avx2.Shuffle(highPlaces, high);
        }
    }

    /// <summary>Whether the rows' buckets go right, as columns of their own: a table of sixteen bytes for each half of the buckets holds one bit per bucket.</summary>
    private void Test(Plan plan, byte* group)
    {
        Vector256<byte> low = Vector256.Create((byte)15);
        Vector256<byte> powers = Vector256.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128);
        byte* target = group + frozen.Columns.Length * GroupRows;
        fixed (byte* nibble = frozen.Nibbles)
        {
            for (int t = plan.FirstTest; t < plan.FirstTest + plan.Tests; t++, target += GroupRows)
            {
                Vector256<byte> lower = Broadcast(nibble + t * NibbleBytes);
                Vector256<byte> upper = Broadcast(nibble + t * NibbleBytes + 16);
                byte* source = group + frozen.Tests[t].Column;
                for (int i = 0; i < GroupRows; i += 32)
                {
                    Vector256<byte> x = Vector256.Load(source + i);
                    Vector256<byte> high = (x.AsUInt16() >>> 4).AsByte() & low;
                    Vector256<byte> bit = Avx2.Shuffle(powers, high);
                    Vector256<byte> place = x & low;
                    Vector256<byte> table = Avx2.BlendVariable(Avx2.Shuffle(lower, place), Avx2.Shuffle(upper, place), x);
                    Vector256.Equals(table & bit, bit).Store(target + i);
                }
            }
        }

        static Vector256<byte> Broadcast(byte* table) => Vector256.Create(Vector128.Load(table), Vector128.Load(table));
    }

    /// <summary>A node's question as "column ≥ byte"; 0 for one that nothing answers with yes.</summary>
    private (int Column, byte AtLeast) Condition(Tree tree, int node, int feature, FeatureBins[] features, int firstTest)
    {
        if (tree.LeftBuckets[node] is null)
        {
            int last = features[feature].LastLeftBin(tree.Threshold[node]);
            bool shifted = !tree.MissingLeft[node];
            int least = shifted ? last : last + 1;
            return least > byte.MaxValue ? (0, (byte)0) : (columns.Find(feature, shifted), (byte)least);
        }
        Span<ulong> right = stackalloc ulong[TreeShape.Words];
        TreeShape.RightBins(tree, node, features[feature], right);
        Span<byte> tables = stackalloc byte[NibbleBytes];
        tables.Clear();
        for (int bucket = 0; bucket < FeatureBins.MaxBins; bucket++)
            if ((right[bucket >> 6] >> (bucket & 63) & 1) != 0)
                tables[(bucket >> 7) * 16 + (bucket & 15)] |= (byte)(1 << ((bucket >> 4) & 7));
        nibbles.AddRange(tables);
        tests.Add(new BucketTest(columns.Find(feature, false)));
        return (~(tests.Count - 1 - firstTest), 1);
    }

    /// <summary>The bits of a plane that lie in a stretch.</summary>
    private static byte Bits(int first, int count)
    {
        int from = Math.Clamp(first, 0, PlaneLeaves);
        int to = Math.Clamp(first + count, 0, PlaneLeaves);
        return (byte)(((1 << to) - 1) & ~((1 << from) - 1));
    }

    /// <param name="Column">Where in a group it lies; before a plane's steps their number; while trees are added a negative one counts bucket tests.</param>
    /// <param name="AtLeast">A byte, four times.</param>
    /// <param name="Kill">Bits of leaves on the left, four times.</param>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Step(int Column, uint AtLeast, uint Kill);

    private readonly record struct BucketTest(int Column);

    private readonly record struct Plan(int Planes, int FirstStep, int FirstTest, int Tests, int FirstValue);

    private readonly record struct Frozen(Step[] Steps, BucketTest[] Tests, byte[] Nibbles, double[] Values, Plan[] Plans, (int Column, bool Shifted)[] Columns);

    /// <summary>Columns that a group holds: features as they are, or with missing as the largest.</summary>
    private sealed class ColumnMap
    {
        private readonly Dictionary<(int Column, bool Shifted), int> places = [];

        public int Count => places.Count;

        public int Find(int column, bool shifted)
        {
            places.TryAdd((column, shifted), places.Count);
            return places[(column, shifted)];
        }

        public (int Column, bool Shifted)[] ToArray() => [.. places.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
    }
}

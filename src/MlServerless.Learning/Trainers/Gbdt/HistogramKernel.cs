using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// The innermost loops of training: add the gradient pair of each row to the histogram entries of its bins. Integer sums, so the
/// order and the width of the additions do not matter. All features of a group share one pass; their bins are read as words of eight.
/// </summary>
internal static unsafe class HistogramKernel
{
    /// <summary>Entries from the first bin of a feature to that of the next: 256 bins and a cache line, so that equal bins of neighbours do not lie 4 KB apart.</summary>
    public const int FeatureEntries = FeatureBins.MaxBins + 4;

    /// <summary>Longs of an entry: second derivatives with counts, and gradients.</summary>
    public const int EntryLongs = 2;

    /// <summary>Longs from one feature to the next.</summary>
    public const int FeatureLongs = FeatureEntries * EntryLongs;

    /// <summary>Rows at most whose short sums cannot overflow.</summary>
    public const int ShortRows = (1 << ShortCountBits) - 1;

    /// <summary>
    /// Low bits of a short entry, which count its rows; the others are the sum of their gradients. Of 2¹⁶ rows with 31 bits each it takes 47, so that
    /// all is in one word.
    /// </summary>
    private const int ShortCountBits = 16;

    private const int WordFeatures = sizeof(ulong);
    private const int BinBits = 8;

    /// <summary>How many rows ahead their cells are asked for.</summary>
    private const int Ahead = 24;

    /// <summary>Adds to all features of a group.</summary>
    /// <param name="features">How many they are, 1 to <see cref="BinnedRows.GroupWidth"/>.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="sums">Entries of the group's first feature.</param>
    public static void Add(int features, RowCells rows, GradientFormat format, long* sums) => AddTo<LongEntry, Vector128<long>>(features, rows, format.CountBits, sums);

    /// <summary>
    /// Adds gradients and counts alone, for rows whose second derivatives are the same: half the bytes, of which more stay in the nearest cache.
    /// </summary>
    /// <param name="rows">At most <see cref="ShortRows"/>.</param>
    /// <param name="sums">A long for each of <see cref="FeatureEntries"/> of each feature.</param>
    /// <inheritdoc cref="Add(int, RowCells, GradientFormat, long*)"/>
    public static void AddShort(int features, RowCells rows, long* sums) => AddTo<ShortEntry, long>(features, rows, 0, sums);

    /// <summary>Turns the short sums of a feature into entries.</summary>
    /// <param name="bins">Its bins.</param>
    /// <param name="add">Whether they are added to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(long* shortSums, int bins, GradientFormat format, bool add, long* sums)
    {
        long perRow = format.SameHessian << format.CountBits | 1;
        for (int bin = 0; bin < bins; bin++)
        {
            var pair = Vector128.Create((shortSums[bin] & ShortRows) * perRow, shortSums[bin] >> ShortCountBits);
            long* entry = sums + bin * EntryLongs;
            (add ? Vector128.Load(entry) + pair : pair).Store(entry);
        }
    }

    /// <summary>Adds to one feature.</summary>
    /// <param name="rows">Where the rows are in the feature's column: a stride of 1.</param>
    /// <param name="sums">Entries of the feature.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOne(RowCells rows, GradientFormat format, long* sums)
    {
        int countBits = format.CountBits;
        for (int i = 0; i < rows.Count; i++)
        {
            nint row = rows.Rows is null ? i : rows.Rows[i];
            LongEntry.Add((byte*)sums + ((nint)rows.Cells[row] << LongEntry.Shift), GradientFormat.Widen(rows.Gradients[i], countBits));
        }
    }

    private static void AddTo<TEntry, TPair>(int features, RowCells rows, int countBits, long* sums)
        where TEntry : struct, IEntry<TPair>
    {
        switch ((features - 1) / WordFeatures)
        {
            case 0: AddLast<Zero, TEntry, TPair>(features, rows, countBits, sums); break;
            case 1: AddLast<One, TEntry, TPair>(features - WordFeatures, rows, countBits, sums); break;
            case 2: AddLast<Two, TEntry, TPair>(features - 2 * WordFeatures, rows, countBits, sums); break;
            default: AddLast<Three, TEntry, TPair>(features - 3 * WordFeatures, rows, countBits, sums); break;
        }
    }

    private static void AddLast<TWords, TEntry, TPair>(int last, RowCells rows, int countBits, long* sums)
        where TWords : struct, INumber
        where TEntry : struct, IEntry<TPair>
    {
        switch (last)
        {
            case 1: Add<TWords, One, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 2: Add<TWords, Two, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 3: Add<TWords, Three, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 4: Add<TWords, Four, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 5: Add<TWords, Five, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 6: Add<TWords, Six, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            case 7: Add<TWords, Seven, TEntry, TPair>(rows, countBits, (byte*)sums); break;
            default: Add<TWords, Eight, TEntry, TPair>(rows, countBits, (byte*)sums); break;
        }
    }

    /// <typeparam name="TWords">Whole words of eight features.</typeparam>
    /// <typeparam name="TLast">Features in the word behind them.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TWords, TLast, TEntry, TPair>(RowCells rows, int countBits, byte* sums)
        where TWords : struct, INumber
        where TLast : struct, INumber
        where TEntry : struct, IEntry<TPair>
    {
        nint stride = (TWords.Value + 1) * WordFeatures;
        byte* cells = rows.Cells;
        int* row = rows.Rows;
        long* gradients = rows.Gradients;
        int count = rows.Count;
        if (row is null)
        {
            for (int i = 0; i < count; i++)
                AddRow<TWords, TLast, TEntry, TPair>(sums, (ulong*)(cells + i * stride), TEntry.Read(gradients[i], countBits));
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(cells + row[i + Ahead] * stride);
            AddRow<TWords, TLast, TEntry, TPair>(sums, (ulong*)(cells + row[i] * stride), TEntry.Read(gradients[i], countBits));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<TWords, TLast, TEntry, TPair>(byte* sums, ulong* words, TPair pair)
        where TWords : struct, INumber
        where TLast : struct, INumber
        where TEntry : struct, IEntry<TPair>
    {
        nint wordBytes = WordFeatures * (FeatureEntries << TEntry.Shift);
        if (TWords.Value > 0)
            AddWord<Eight, TEntry, TPair>(sums, words[0], pair);
        if (TWords.Value > 1)
            AddWord<Eight, TEntry, TPair>(sums + wordBytes, words[1], pair);
        if (TWords.Value > 2)
            AddWord<Eight, TEntry, TPair>(sums + 2 * wordBytes, words[2], pair);
        AddWord<TLast, TEntry, TPair>(sums + TWords.Value * wordBytes, words[TWords.Value], pair);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWord<TFeatures, TEntry, TPair>(byte* sums, ulong bins, TPair pair)
        where TFeatures : struct, INumber
        where TEntry : struct, IEntry<TPair>
    {
        TEntry.Add(sums + ((bins << TEntry.Shift) & (0xFFul << TEntry.Shift)), pair);
        if (TFeatures.Value > 1)
            AddNext<TEntry, TPair>(sums, 1, bins, pair);
        if (TFeatures.Value > 2)
            AddNext<TEntry, TPair>(sums, 2, bins, pair);
        if (TFeatures.Value > 3)
            AddNext<TEntry, TPair>(sums, 3, bins, pair);
        if (TFeatures.Value > 4)
            AddNext<TEntry, TPair>(sums, 4, bins, pair);
        if (TFeatures.Value > 5)
            AddNext<TEntry, TPair>(sums, 5, bins, pair);
        if (TFeatures.Value > 6)
            AddNext<TEntry, TPair>(sums, 6, bins, pair);
        if (TFeatures.Value > 7)
            AddNext<TEntry, TPair>(sums, 7, bins, pair);
    }

    /// <summary>The feature's bin is a byte of the word; shifted by a little less it is the offset of its entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddNext<TEntry, TPair>(byte* sums, int feature, ulong bins, TPair pair)
        where TEntry : struct, IEntry<TPair> =>
        TEntry.Add(sums + feature * (FeatureEntries << TEntry.Shift) + ((bins >> (feature * BinBits - TEntry.Shift)) & (0xFFul << TEntry.Shift)), pair);

    /// <summary>What is summed for a bin, and from a row.</summary>
    private interface IEntry<TPair>
    {
        /// <summary>An entry has 2 to this power bytes.</summary>
        static abstract int Shift { get; }

        static abstract TPair Read(long packed, int countBits);

        static abstract void Add(byte* entry, TPair pair);
    }

    private readonly struct LongEntry : IEntry<Vector128<long>>
    {
        public static int Shift => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<long> Read(long packed, int countBits) => GradientFormat.Widen(packed, countBits);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(byte* entry, Vector128<long> pair) => (Vector128.Load((long*)entry) + pair).Store((long*)entry);
    }

    private readonly struct ShortEntry : IEntry<long>
    {
        public static int Shift => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Read(long packed, int countBits) => (packed >> 32 << ShortCountBits) | 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(byte* entry, long pair) => *(long*)entry += pair;
    }

    /// <summary>A number that the compiler knows: for each there is a loop of its own without branches.</summary>
    private interface INumber
    {
        static abstract int Value { get; }
    }

    private readonly struct Zero : INumber
    {
        public static int Value => 0;
    }

    private readonly struct One : INumber
    {
        public static int Value => 1;
    }

    private readonly struct Two : INumber
    {
        public static int Value => 2;
    }

    private readonly struct Three : INumber
    {
        public static int Value => 3;
    }

    private readonly struct Four : INumber
    {
        public static int Value => 4;
    }

    private readonly struct Five : INumber
    {
        public static int Value => 5;
    }

    private readonly struct Six : INumber
    {
        public static int Value => 6;
    }

    private readonly struct Seven : INumber
    {
        public static int Value => 7;
    }

    private readonly struct Eight : INumber
    {
        public static int Value => 8;
    }
}

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

    private const int FeatureBytes = FeatureLongs * sizeof(long);
    private const int WordFeatures = sizeof(ulong);

    /// <summary>Where in a word of bins the offset of an entry is, once the word is shifted so that it is 16 × the bin.</summary>
    private const ulong EntryMask = 0xFF0;

    /// <summary>How many rows ahead their cells are asked for.</summary>
    private const int Ahead = 24;

    /// <summary>Adds to all features of a group.</summary>
    /// <param name="features">How many they are, 1 to <see cref="BinnedRows.GroupWidth"/>.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="sums">Entries of the group's first feature.</param>
    public static void Add(int features, RowCells rows, GradientFormat format, long* sums)
    {
        switch ((features - 1) / WordFeatures)
        {
            case 0: AddLast<Zero>(features, rows, format, sums); break;
            case 1: AddLast<One>(features - WordFeatures, rows, format, sums); break;
            case 2: AddLast<Two>(features - 2 * WordFeatures, rows, format, sums); break;
            default: AddLast<Three>(features - 3 * WordFeatures, rows, format, sums); break;
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
            AddTo((byte*)sums + ((nint)rows.Cells[row] << 4), GradientFormat.Widen(rows.Gradients[i], countBits));
        }
    }

    private static void AddLast<TWords>(int last, RowCells rows, GradientFormat format, long* sums)
        where TWords : struct, INumber
    {
        switch (last)
        {
            case 1: Add<TWords, One>(rows, format, (byte*)sums); break;
            case 2: Add<TWords, Two>(rows, format, (byte*)sums); break;
            case 3: Add<TWords, Three>(rows, format, (byte*)sums); break;
            case 4: Add<TWords, Four>(rows, format, (byte*)sums); break;
            case 5: Add<TWords, Five>(rows, format, (byte*)sums); break;
            case 6: Add<TWords, Six>(rows, format, (byte*)sums); break;
            case 7: Add<TWords, Seven>(rows, format, (byte*)sums); break;
            default: Add<TWords, Eight>(rows, format, (byte*)sums); break;
        }
    }

    /// <typeparam name="TWords">Whole words of eight features.</typeparam>
    /// <typeparam name="TLast">Features in the word behind them.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TWords, TLast>(RowCells rows, GradientFormat format, byte* sums)
        where TWords : struct, INumber
        where TLast : struct, INumber
    {
        int countBits = format.CountBits;
        nint stride = (TWords.Value + 1) * WordFeatures;
        byte* cells = rows.Cells;
        int* row = rows.Rows;
        long* gradients = rows.Gradients;
        int count = rows.Count;
        if (row is null)
        {
            for (int i = 0; i < count; i++)
                AddRow<TWords, TLast>(sums, (ulong*)(cells + i * stride), GradientFormat.Widen(gradients[i], countBits));
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(cells + row[i + Ahead] * stride);
            AddRow<TWords, TLast>(sums, (ulong*)(cells + row[i] * stride), GradientFormat.Widen(gradients[i], countBits));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<TWords, TLast>(byte* sums, ulong* words, Vector128<long> pair)
        where TWords : struct, INumber
        where TLast : struct, INumber
    {
        if (TWords.Value > 0)
            AddWord<Eight>(sums, words[0], pair);
        if (TWords.Value > 1)
            AddWord<Eight>(sums + WordFeatures * FeatureBytes, words[1], pair);
        if (TWords.Value > 2)
            AddWord<Eight>(sums + 2 * WordFeatures * FeatureBytes, words[2], pair);
        AddWord<TLast>(sums + TWords.Value * WordFeatures * FeatureBytes, words[TWords.Value], pair);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWord<TFeatures>(byte* sums, ulong bins, Vector128<long> pair)
        where TFeatures : struct, INumber
    {
        AddTo(sums + ((bins << 4) & EntryMask), pair);
        if (TFeatures.Value > 1)
            AddTo(sums + FeatureBytes + ((bins >> 4) & EntryMask), pair);
        if (TFeatures.Value > 2)
            AddTo(sums + 2 * FeatureBytes + ((bins >> 12) & EntryMask), pair);
        if (TFeatures.Value > 3)
            AddTo(sums + 3 * FeatureBytes + ((bins >> 20) & EntryMask), pair);
        if (TFeatures.Value > 4)
            AddTo(sums + 4 * FeatureBytes + ((bins >> 28) & EntryMask), pair);
        if (TFeatures.Value > 5)
            AddTo(sums + 5 * FeatureBytes + ((bins >> 36) & EntryMask), pair);
        if (TFeatures.Value > 6)
            AddTo(sums + 6 * FeatureBytes + ((bins >> 44) & EntryMask), pair);
        if (TFeatures.Value > 7)
            AddTo(sums + 7 * FeatureBytes + ((bins >> 52) & EntryMask), pair);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(byte* entry, Vector128<long> pair) => (Vector128.Load((long*)entry) + pair).Store((long*)entry);

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

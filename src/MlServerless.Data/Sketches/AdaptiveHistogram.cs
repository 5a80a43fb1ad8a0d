using System.Numerics;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// Counts of doubles in log-linear buckets. A bucket holds all doubles whose ordered bit patterns agree but for the
/// lowest <see cref="Level"/> bits: at level 0 every value has its own, at level L ≤ 52 a bucket is at most 2^(L-52)
/// of its value wide. The level is the lowest at which the data need no more than <c>capacity</c> buckets: that
/// depends on the data alone, so any parts merged in any order give the same counts. Few different values (integers,
/// flags) are counted exactly, and a narrow range far from zero is resolved as finely as a wide one around it.
/// </summary>
internal sealed class AdaptiveHistogram
{
    private readonly int capacity;
    private ulong[] keys = new ulong[16];
    private long[] counts = new long[16];
    private int used;

    internal AdaptiveHistogram(int capacity) => this.capacity = capacity;

    internal int Level { get; private set; }

    internal bool IsEmpty => used == 0;

    /// <summary>Adds a finite value.</summary>
    internal void Add(double value, long count = 1) => AddKey(Key(value) >> Level, count);

    internal void Merge(AdaptiveHistogram other)
    {
        if (other.Level > Level)
            CoarsenTo(other.Level);
        for (int i = 0; i < other.keys.Length; i++)
        {
            // The level may rise meanwhile.
            if (other.counts[i] != 0)
                AddKey(other.keys[i] >> (Level - other.Level), other.counts[i]);
        }
    }

    /// <summary>The counts at a level not below <see cref="Level"/>, in ascending order.</summary>
    internal Bucket[] Buckets(int level)
    {
        if (level < Level)
            throw new ArgumentOutOfRangeException(nameof(level), level, $"The counts are kept at level {Level}.");
        var merged = new SortedDictionary<ulong, long>();
        for (int i = 0; i < keys.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            ulong key = keys[i] >> (level - Level);
            merged[key] = merged.GetValueOrDefault(key) + counts[i];
        }

        return [.. merged.Select(pair => new Bucket(pair.Key, Lowest(pair.Key, level), Highest(pair.Key, level), pair.Value))];
    }

    internal Bucket[] Buckets() => Buckets(Level);

    internal HistogramDocument ToDocument()
    {
        Bucket[] buckets = Buckets();
        return new HistogramDocument(Level, [.. buckets.Select(bucket => bucket.From)], [.. buckets.Select(bucket => bucket.Count)]);
    }

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static AdaptiveHistogram Read(HistogramDocument document, int capacity)
    {
        if (document.Level is < 0 or > 63 || document.From.Count != document.Counts.Count || document.From.Count > capacity)
            throw new JsonException($"Level {document.Level} with {document.From.Count} buckets and {document.Counts.Count} counts is not a histogram of at most {capacity} buckets.");
        var histogram = new AdaptiveHistogram(capacity) { Level = document.Level };
        for (int i = 0; i < document.From.Count; i++)
        {
            if (document.Counts[i] <= 0 || !double.IsFinite(document.From[i]))
                throw new JsonException("A bucket starts at a finite number and has a count above 0.");
            histogram.Add(document.From[i], document.Counts[i]);
        }

        if (histogram.used != document.From.Count)
            throw new JsonException("Two buckets of a histogram are the same.");
        return histogram;
    }

    /// <summary>Maps doubles to integers of the same order; -0 counts as 0.</summary>
    private static ulong Key(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0);
        return (long)bits < 0 ? ~bits : bits | 1UL << 63;
    }

    private static double Value(ulong key) =>
        BitConverter.UInt64BitsToDouble((long)key < 0 ? key & ~(1UL << 63) : ~key);

    private static double Lowest(ulong key, int level)
    {
        double value = Value(key << level);
        return double.IsFinite(value) ? value : -double.MaxValue;
    }

    private static double Highest(ulong key, int level)
    {
        double value = Value(key << level | ((1UL << level) - 1));
        if (value == 0 && double.IsNegative(value))
            return -double.Epsilon; // -0 counts as 0, which is in the next bucket
        return double.IsFinite(value) ? value : double.MaxValue;
    }

    private void AddKey(ulong key, long count)
    {
        int slot = Slot(key);
        if (counts[slot] == 0)
        {
            keys[slot] = key;
            used++;
            counts[slot] = count;
            if (used > capacity)
                CoarsenTo(LowestSufficientLevel());
            else if (used * 2 > keys.Length)
                Rebuild(keys.Length * 2, 0);
            return;
        }

        counts[slot] += count;
    }

    private int Slot(ulong key)
    {
        int mask = keys.Length - 1;
        int slot = (int)(key * 0x9E3779B97F4A7C15 >> 32) & mask;
        while (counts[slot] != 0 && keys[slot] != key)
            slot = (slot + 1) & mask;
        return slot;
    }

    /// <summary>Two neighbours stay apart at a level if their highest differing bit is not shifted out; so one sort tells the number of buckets at every level.</summary>
    private int LowestSufficientLevel()
    {
        ulong[] sorted = new ulong[used];
        int position = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (counts[i] != 0)
                sorted[position++] = keys[i];
        }

        Array.Sort(sorted);
        Span<int> apart = stackalloc int[64];
        apart.Clear();
        for (int i = 1; i < sorted.Length; i++)
            apart[BitOperations.Log2(sorted[i] ^ sorted[i - 1])]++;
        int buckets = used;
        int shift = 0;
        while (buckets > capacity)
            buckets -= apart[shift++];
        return Level + shift;
    }

    private void CoarsenTo(int level)
    {
        int shift = level - Level;
        Level = level;
        Rebuild(keys.Length, shift);
    }

    private void Rebuild(int size, int shift)
    {
        ulong[] oldKeys = keys;
        long[] oldCounts = counts;
        keys = new ulong[size];
        counts = new long[size];
        used = 0;
        for (int i = 0; i < oldKeys.Length; i++)
        {
            if (oldCounts[i] == 0)
                continue;
            ulong key = oldKeys[i] >> shift;
            int slot = Slot(key);
            if (counts[slot] == 0)
            {
                keys[slot] = key;
                used++;
            }

            counts[slot] += oldCounts[i];
        }
    }
}

using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
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
    /// <summary>Neighbouring buckets are kept side by side once buckets are wide: values of real data are seldom alone then.</summary>
    private const int NeighbourBits = 3;

    private const int FewestSlots = 16;

    /// <summary>So many times the capacity is held before the level rises, which makes that rare.</summary>
    private const int Slack = 2;

    private readonly int capacity;

    /// <summary>The slots of a hash table with linear probing: 1 + the key without its lowest bits, or 0.</summary>
    private ulong[] groups = new ulong[FewestSlots];

    /// <summary>How many slots are used of <see cref="groups"/>, a power of two; rented arrays may be longer.</summary>
    private int slots = FewestSlots;

    /// <summary>For every slot the counts of its group.</summary>
    private long[] counts = new long[FewestSlots];
    private int groupBits;
    private int level;
    private int usedGroups;
    private int used;

    /// <summary>Counts many values at a time where it can. It is locked while what was counted comes to the table: several may read at once, and the first of them finds it unsettled.</summary>
    private readonly DenseBuckets dense;
    private bool isSparse;

    /// <summary>What was counted there, while there is nothing else; it is put into the table when something is.</summary>
    private ulong[] packed = [];
    private uint[] packedCounts = [];
    private int packedLevel;

    internal AdaptiveHistogram(int capacity)
    {
        this.capacity = capacity;
        dense = new DenseBuckets(capacity);
    }

    /// <summary>How many of the lowest bits do not tell values apart.</summary>
    internal int Level
    {
        get
        {
            Settle();
            return level;
        }
    }

    internal bool IsEmpty => used == 0 && packed.Length == 0 && dense.IsEmpty;

    /// <summary>Adds a finite value.</summary>
    internal void Add(double value, long count = 1)
    {
        Unpack();
        AddToTable(Key(value), 0, count);
    }

    /// <summary>Adds finite values.</summary>
    internal void Add(ReadOnlySpan<double> values)
    {
        if (dense.IsFull)
            MoveToTable();
        if (!isSparse)
            values = values[dense.Add(values)..];
        if (values.IsEmpty)
            return;
        MoveToTable();
        isSparse = true;
        AddToTable(values);
    }

    /// <summary>Ends the counting of many values: nothing that only reads changes anything then.</summary>
    internal void Gather()
    {
        lock (dense)
        {
            if (used > 0 || packed.Length > 0 || !dense.TryPack(out packed, out packedCounts, out packedLevel))
                MoveToTable();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddToTable(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length;)
        {
            // All of these may change when a value comes into a bucket that was empty.
            ulong[] table = groups;
            long[] buckets = counts;
            int mask = slots - 1;
            int bits = groupBits;
            int shift = level;
            ulong inGroup = (1UL << bits) - 1;
            for (; i < values.Length; i++)
            {
                ulong key = Key(values[i]) >> shift;
                ulong group = (key >> bits) + 1;
                int slot = BucketKeys.Home(group, mask);
                while (table[slot] != group && table[slot] != 0)
                    slot = (slot + 1) & mask;
                ref long count = ref buckets[(slot << bits) + (int)(key & inGroup)];
                if (count == 0)
                {
                    AddKey(key, 1);
                    i++;
                    break;
                }

                count++;
            }
        }
    }

    internal void Merge(AdaptiveHistogram other)
    {
        MoveToTable();
        lock (other.dense)
            MergeLocked(other);
    }

    private void MergeLocked(AdaptiveHistogram other)
    {
        other.Gather();
        if (other.packed.Length > 0)
        {
            AddToTable(other.packed, other.packedCounts, other.packedLevel);
            return;
        }

        RaiseTo(other.level);

        // The level may rise meanwhile.
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(other.used);
        foreach (ulong key in keys.AsSpan(0, other.Keys(keys)))
            AddToTable(key, other.level, other.Bucket(key));
        ArrayPool<ulong>.Shared.Return(keys);
    }

    /// <summary>The counts at a level not below <see cref="Level"/>, in ascending order.</summary>
    internal Bucket[] Buckets(int atLevel)
    {
        if (atLevel < Level)
            throw new ArgumentOutOfRangeException(nameof(atLevel), atLevel, $"The counts are kept at level {Level}.");
        ulong[] keys = new ulong[used];
        Keys(keys);
        Array.Sort(keys);
        int shift = atLevel - level;
        var buckets = new List<Bucket>(keys.Length);
        for (int i = 0; i < keys.Length;)
        {
            ulong key = keys[i] >> shift;
            long count = 0;
            for (; i < keys.Length && keys[i] >> shift == key; i++)
                count += Bucket(keys[i]);
            buckets.Add(new Bucket(key, Lowest(key, atLevel), Highest(key, atLevel), count));
        }

        return [.. buckets];
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
        var histogram = new AdaptiveHistogram(capacity);
        histogram.CoarsenTo(document.Level);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Key(double value)
    {
        // Without a branch: a value is as likely negative as not.
        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0);
        return bits ^ ((ulong)((long)bits >> 63) | 1UL << 63);
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
        ref long bucket = ref Bucket(key);
        bucket += count;
        if (bucket != count)
            return;
        used++;
        if (used > Slack * capacity)
            CoarsenTo(LowestSufficientLevel());
        else if (usedGroups * 2 > slots)
            Rebuild(slots * 2, level);
    }

    /// <summary>The count of a bucket, for which there is room then.</summary>
    private ref long Bucket(ulong key)
    {
        ulong group = (key >> groupBits) + 1;
        int slot = BucketKeys.Home(group, slots - 1);
        while (groups[slot] != group)
        {
            if (groups[slot] == 0)
            {
                groups[slot] = group;
                usedGroups++;
                break;
            }

            slot = (slot + 1) & (slots - 1);
        }

        return ref counts[(slot << groupBits) + (int)(key & ((1UL << groupBits) - 1))];
    }

    /// <summary>Brings the buckets down to the capacity: what anybody is shown does not depend on when the level rose.</summary>
    private void Settle()
    {
        lock (dense)
        {
            MoveToTable();
            if (used > capacity)
                CoarsenTo(LowestSufficientLevel());
        }
    }

    private int LowestSufficientLevel()
    {
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(used);
        int sufficient = level + BucketKeys.LowestSufficientShift(keys.AsSpan(0, Keys(keys)), capacity, isFar: level == 0);
        ArrayPool<ulong>.Shared.Return(keys);
        return sufficient;
    }

    private int Keys(ulong[] keys)
    {
        int position = 0;
        int size = 1 << groupBits;
        for (int slot = 0; slot < slots; slot++)
        {
            if (groups[slot] == 0)
                continue;
            for (int i = 0; i < size; i++)
            {
                if (counts[(slot << groupBits) + i] != 0)
                    keys[position++] = groups[slot] - 1 << groupBits | (uint)i;
            }
        }

        return position;
    }

    private void MoveToTable()
    {
        Unpack();
        foreach (double value in dense.TakeFirst())
            AddToTable(Key(value), 0, 1);
        if (dense.TryPack(out packed, out packedCounts, out packedLevel))
            Unpack();
        dense.Restart();
    }

    private void Unpack()
    {
        if (packed.Length == 0)
            return;
        (ulong[] keys, uint[] counted) = (packed, packedCounts);
        (packed, packedCounts) = ([], []);
        AddToTable(keys, counted, packedLevel);
    }

    private void AddToTable(ulong[] keys, uint[] counted, int keyLevel)
    {
        RaiseTo(keyLevel);
        if (used == 0)
            Rebuild((int)BitOperations.RoundUpToPowerOf2((uint)keys.Length / 2), level);
        for (int i = 0; i < keys.Length; i++)
            AddToTable(keys[i], keyLevel, counted[i]);
    }

    /// <summary>Adds a key of some level, which is not above the table's.</summary>
    private void AddToTable(ulong key, int keyLevel, long count) => AddKey(key >> (level - keyLevel), count);

    private void RaiseTo(int atLeast)
    {
        if (atLeast > level)
            CoarsenTo(atLeast);
    }

    private void CoarsenTo(int to) => Rebuild((int)BitOperations.RoundUpToPowerOf2((uint)usedGroups / 2), to);

    /// <summary>Makes the table anew, with so many slots or more.</summary>
    private void Rebuild(int newSlots, int toLevel)
    {
        ulong[] oldGroups = groups;
        long[] oldCounts = counts;
        int oldSlots = slots;
        int oldBits = groupBits;
        int size = 1 << oldBits;
        int shift = toLevel - level;
        level = toLevel;
        groupBits = level > 0 ? NeighbourBits : 0;
        slots = Math.Max(newSlots, FewestSlots);
        while (true)
        {
            // Tables come and go with every level: pooled, they are no garbage.
            groups = ArrayPool<ulong>.Shared.Rent(slots);
            counts = ArrayPool<long>.Shared.Rent(slots << groupBits);
            groups.AsSpan(0, slots).Clear();
            counts.AsSpan(0, slots << groupBits).Clear();
            used = usedGroups = 0;
            for (int slot = 0; slot < oldSlots && usedGroups * 2 <= slots; slot++)
            {
                if (oldGroups[slot] == 0)
                    continue;
                for (int i = 0; i < size; i++)
                {
                    long count = oldCounts[(slot << oldBits) + i];
                    if (count == 0)
                        continue;
                    ref long bucket = ref Bucket((oldGroups[slot] - 1 << oldBits | (uint)i) >> shift);
                    used += bucket == 0 ? 1 : 0;
                    bucket += count;
                    if (usedGroups * 2 > slots)
                        break;
                }
            }

            if (usedGroups * 2 <= slots)
                break;
            ArrayPool<ulong>.Shared.Return(groups);
            ArrayPool<long>.Shared.Return(counts);
            slots *= 2;
        }

        ArrayPool<ulong>.Shared.Return(oldGroups);
        ArrayPool<long>.Shared.Return(oldCounts);
    }
}

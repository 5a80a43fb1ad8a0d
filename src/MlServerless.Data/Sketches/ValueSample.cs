using System.Text;

namespace MlServerless.Data;

/// <summary>
/// How often each value occurs: exact for up to <c>capacity</c> different values; beyond that, exact counts of those
/// values whose hashes are the smallest, which is a sample of the values that does not depend on the order or
/// grouping in which they come (bottom-k, Cohen 1997). Long values are known by their beginning and their hash.
/// </summary>
internal sealed class ValueSample
{
    private const int LongestKept = 128;

    private readonly int capacity;
    private readonly ByteBuffer arena = new(64);
    private Entry[] entries = new Entry[8];
    private int[] slots = new int[16];
    private ulong threshold = ulong.MaxValue;

    internal ValueSample(int capacity) => this.capacity = capacity;

    /// <summary>Whether every value that occurred is counted.</summary>
    internal bool Complete { get; private set; } = true;

    internal int Count { get; private set; }

    /// <summary>The largest hash that is still surely counted; all are while <see cref="Complete"/>.</summary>
    internal ulong Threshold => threshold;

    /// <summary>The name under which a value is counted: itself, or its beginning and its hash.</summary>
    internal static ReadOnlySpan<byte> Identity(ReadOnlySpan<byte> value)
    {
        if (value.Length <= LongestKept)
            return value;
        int cut = LongestKept - 32;
        while ((value[cut] & 0xC0) == 0x80)
            cut--;
        string abbreviated = $"{Encoding.UTF8.GetString(value[..cut])}…{StableHash.Of(value):x16}";
        return Encoding.UTF8.GetBytes(abbreviated);
    }

    /// <param name="value">A value as <see cref="Identity"/> gives it.</param>
    /// <param name="hash">Its <see cref="StableHash"/>.</param>
    /// <param name="count">How often.</param>
    internal void Add(ReadOnlySpan<byte> value, ulong hash, long count)
    {
        if (hash > threshold)
            return;
        int mask = slots.Length - 1;
        int slot = (int)hash & mask;
        while (slots[slot] != 0)
        {
            ref Entry entry = ref entries[slots[slot] - 1];
            if (entry.Hash == hash && arena.Written.Slice(entry.Start, entry.Length).SequenceEqual(value))
            {
                entry.Count += count;
                return;
            }

            slot = (slot + 1) & mask;
        }

        if (Count == entries.Length)
            Array.Resize(ref entries, Math.Min(entries.Length * 2, 2 * capacity + 1));
        entries[Count] = new Entry(hash, arena.Length, value.Length, count);
        arena.Add(value);
        slots[slot] = ++Count;
        Complete &= Count <= capacity;
        if (Count > 2 * capacity)
            Prune();
        else if (Count * 2 > slots.Length)
            Rehash(slots.Length * 2);
    }

    internal void Merge(ValueSample other)
    {
        foreach (ref readonly Entry entry in other.entries.AsSpan(0, other.Count))
            Add(other.arena.Written.Slice(entry.Start, entry.Length), entry.Hash, entry.Count);
        if (!other.Complete)
        {
            Complete = false;
            threshold = Math.Min(threshold, other.threshold);
        }
    }

    internal void SummarizeInto<TSummary>(TSummary summary)
        where TSummary : IHashSummary<TSummary>
    {
        foreach (ref readonly Entry entry in entries.AsSpan(0, Count))
            summary.Add(entry.Hash, entry.Count);
    }

    /// <summary>The counted values in ordinal order of their UTF-8 bytes, cut to the capacity.</summary>
    internal List<ValueCount> ToList()
    {
        if (!Complete)
            Prune();
        var order = new int[Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => Bytes(a).SequenceCompareTo(Bytes(b)));
        return [.. order.Select(i => new ValueCount(Encoding.UTF8.GetString(Bytes(i)), entries[i].Count, entries[i].Hash))];
    }

    /// <summary>Makes a sample that was read back as it was written.</summary>
    internal void MarkIncomplete()
    {
        Complete = false;
        Prune();
    }

    private ReadOnlySpan<byte> Bytes(int entry) => arena.Written.Slice(entries[entry].Start, entries[entry].Length);

    /// <summary>Keeps the <c>capacity</c> entries with the smallest hashes.</summary>
    private void Prune()
    {
        if (Count > capacity)
        {
            byte[] bytes = arena.ToArray();
            ReadOnlySpan<byte> Of(in Entry entry) => bytes.AsSpan(entry.Start, entry.Length);
            entries.AsSpan(0, Count).Sort((a, b) => a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : Of(a).SequenceCompareTo(Of(b)));
            Count = capacity;
            arena.CutBackTo(0);
            foreach (ref Entry entry in entries.AsSpan(0, Count))
            {
                int start = arena.Length;
                arena.Add(Of(entry));
                entry = entry with { Start = start };
            }

            Rehash(slots.Length);
        }

        if (Count == capacity)
        {
            ulong largest = 0;
            foreach (ref readonly Entry entry in entries.AsSpan(0, Count))
                largest = Math.Max(largest, entry.Hash);
            threshold = Math.Min(threshold, largest);
        }
    }

    private void Rehash(int size)
    {
        slots = new int[size];
        int mask = size - 1;
        for (int i = 0; i < Count; i++)
        {
            int slot = (int)entries[i].Hash & mask;
            while (slots[slot] != 0)
                slot = (slot + 1) & mask;
            slots[slot] = i + 1;
        }
    }

    private record struct Entry(ulong Hash, int Start, int Length, long Count);
}

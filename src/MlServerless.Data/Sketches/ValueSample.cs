using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>With more than this, room is made at once for as many as there may be.</summary>
    private const int FewEntries = 256;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            Array.Resize(ref entries, entries.Length < FewEntries ? entries.Length * 4 : 2 * capacity + 1);
        entries[Count] = new Entry(hash, arena.Length, value.Length, count);
        arena.Add(value);
        slots[slot] = ++Count;
        Complete &= Count <= capacity;
        if (Count > 2 * capacity)
            Thin();
        else if (Count * 2 > slots.Length)
            Rehash(slots.Length < FewEntries ? slots.Length * 4 : (int)BitOperations.RoundUpToPowerOf2((uint)(4 * capacity + 2)));
    }

    /// <summary>Adds many values from one on, each once; most are beyond the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ColumnTexts values, ReadOnlySpan<ulong> hashes, int from)
    {
        ref ulong first = ref MemoryMarshal.GetReference(hashes);
        for (; from + Vector256<ulong>.Count <= hashes.Length; from += Vector256<ulong>.Count)
        {
            Vector256<ulong> some = Vector256.LoadUnsafe(ref first, (nuint)from);
            if (!Vector256.LessThanOrEqualAny(some, Vector256.Create(threshold)))
                continue;
            for (int i = from; i < from + Vector256<ulong>.Count; i++)
            {
                if (hashes[i] <= threshold)
                    Add(values[i], hashes[i], 1);
            }
        }

        for (; from < hashes.Length; from++)
        {
            if (hashes[from] <= threshold)
                Add(values[from], hashes[from], 1);
        }
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

    /// <summary>The counted values that are most frequent, of equals the first in ordinal order.</summary>
    internal List<ValueCount> MostFrequent(int most)
    {
        if (!Complete)
            Prune();
        int[] best = new int[most + 1];
        int found = 0;
        for (int i = 0; i < Count; i++)
        {
            int place = found;
            while (place > 0 && IsBefore(i, best[place - 1]))
                place--;
            if (place == most)
                continue;
            best.AsSpan(place, found - place).CopyTo(best.AsSpan(place + 1));
            best[place] = i;
            found = Math.Min(found + 1, most);
        }

        var values = new List<ValueCount>(found);
        foreach (int i in best.AsSpan(0, found))
            values.Add(new ValueCount(Encoding.UTF8.GetString(Bytes(i)), entries[i].Count, entries[i].Hash));
        return values;
    }

    /// <summary>Makes a sample that was read back as it was written.</summary>
    internal void MarkIncomplete()
    {
        Complete = false;
        Prune();
    }

    private bool IsBefore(int entry, int other) =>
        entries[entry].Count > entries[other].Count || (entries[entry].Count == entries[other].Count && Bytes(entry).SequenceCompareTo(Bytes(other)) < 0);

    private ReadOnlySpan<byte> Bytes(int entry) => arena.Written.Slice(entries[entry].Start, entries[entry].Length);

    /// <summary>
    /// Drops entries with large hashes, but never one of the <c>capacity</c> smallest. Hashes are evenly spread, so that a guess
    /// does what <see cref="Prune"/> needs to sort for; only that one is shown to others.
    /// </summary>
    private void Thin()
    {
        ulong limit = threshold / (ulong)Count * (ulong)(capacity + capacity / 4);
        int below = 0;
        foreach (ref readonly Entry entry in entries.AsSpan(0, Count))
            below += entry.Hash <= limit ? 1 : 0;
        if (below < capacity || below > 2 * capacity - capacity / 4)
        {
            Prune();
            return;
        }

        KeepUpTo(limit, below);
        threshold = limit;
    }

    /// <summary>Keeps the <c>capacity</c> entries with the smallest hashes.</summary>
    private void Prune()
    {
        if (Count > capacity)
        {
            ulong[] hashes = ArrayPool<ulong>.Shared.Rent(Count);
            for (int i = 0; i < Count; i++)
                hashes[i] = entries[i].Hash;
            hashes.AsSpan(0, Count).Sort();
            ulong largest = hashes[capacity - 1];
            bool isTie = hashes[capacity] == largest;
            ArrayPool<ulong>.Shared.Return(hashes);
            if (isTie)
                PutLargestLast();
            KeepUpTo(largest, capacity);
        }

        if (Count == capacity)
        {
            ulong largest = 0;
            foreach (ref readonly Entry entry in entries.AsSpan(0, Count))
                largest = Math.Max(largest, entry.Hash);
            threshold = Math.Min(threshold, largest);
        }
    }

    /// <summary>Sorts, so that of different values with the same hash the same ones are kept always.</summary>
    private void PutLargestLast()
    {
        byte[] bytes = arena.ToArray();
        ReadOnlySpan<byte> Of(in Entry entry) => bytes.AsSpan(entry.Start, entry.Length);
        entries.AsSpan(0, Count).Sort((a, b) => a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : Of(a).SequenceCompareTo(Of(b)));
    }

    private void KeepUpTo(ulong largest, int most)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(arena.Length);
        arena.Written.CopyTo(bytes);
        arena.CutBackTo(0);
        int kept = 0;
        for (int i = 0; i < Count && kept < most; i++)
        {
            Entry entry = entries[i];
            if (entry.Hash > largest)
                continue;
            entries[kept++] = entry with { Start = arena.Length };
            arena.Add(bytes.AsSpan(entry.Start, entry.Length));
        }

        ArrayPool<byte>.Shared.Return(bytes);
        Count = kept;
        Rehash(slots.Length);
    }

    private void Rehash(int size)
    {
        if (slots.Length == size)
            Array.Clear(slots);
        else
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

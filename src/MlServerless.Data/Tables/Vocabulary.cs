using System.Runtime.InteropServices;
using System.Text;

namespace MlServerless.Data;

/// <summary>Numbers UTF-8 values in the order in which they first come.</summary>
internal sealed class Vocabulary
{
    private readonly ByteBuffer arena = new(256);
    private readonly List<Entry> entries = [];
    private int[] slots = new int[64];

    internal int CodeOf(ReadOnlySpan<byte> value)
    {
        ulong hash = StableHash.Of(value);
        int slot = (int)hash & (slots.Length - 1);
        while (slots[slot] != 0)
        {
            ref readonly Entry entry = ref CollectionsMarshal.AsSpan(entries)[slots[slot] - 1];
            if (entry.Hash == hash && arena.Written.Slice(entry.Start, entry.Length).SequenceEqual(value))
                return slots[slot] - 1;
            slot = (slot + 1) & (slots.Length - 1);
        }

        entries.Add(new Entry(hash, arena.Length, value.Length));
        arena.Add(value);
        slots[slot] = entries.Count;
        if (entries.Count * 2 > slots.Length)
            Grow();
        return entries.Count - 1;
    }

    /// <summary>Adds the values of another one.</summary>
    /// <returns>The number of each of them here.</returns>
    internal int[] Add(Vocabulary other)
    {
        int[] codes = new int[other.entries.Count];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = CodeOf(other.arena.Written.Slice(other.entries[i].Start, other.entries[i].Length));
        return codes;
    }

    internal List<string> ToList() => [.. entries.Select(entry => Encoding.UTF8.GetString(arena.Written.Slice(entry.Start, entry.Length)))];

    private void Grow()
    {
        slots = new int[slots.Length * 2];
        for (int i = 0; i < entries.Count; i++)
        {
            int slot = (int)entries[i].Hash & (slots.Length - 1);
            while (slots[slot] != 0)
                slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = i + 1;
        }
    }

    private readonly record struct Entry(ulong Hash, int Start, int Length);
}

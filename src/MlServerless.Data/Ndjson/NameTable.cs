namespace MlServerless.Data;

/// <summary>Names in UTF-8, each with the number of those before it. What was added last can be taken back.</summary>
internal sealed class NameTable
{
    private readonly List<byte[]> names = [];
    private readonly List<uint> hashes = [];
    private int[] slots = new int[32];

    internal int Count => names.Count;

    internal byte[] this[int index] => names[index];

    /// <param name="name">The name looked for.</param>
    /// <param name="hint">The number that is tried first: most objects have their members in one order.</param>
    /// <returns>Its number, or -1.</returns>
    internal int Find(ReadOnlySpan<byte> name, int hint)
    {
        if ((uint)hint < (uint)names.Count && name.SequenceEqual(names[hint]))
            return hint;
        for (int slot = First(Hash(name)); slots[slot] != 0; slot = Next(slot))
        {
            if (name.SequenceEqual(names[slots[slot] - 1]))
                return slots[slot] - 1;
        }

        return -1;
    }

    /// <summary>Adds a name that is not there.</summary>
    internal int Add(ReadOnlySpan<byte> name)
    {
        names.Add(name.ToArray());
        hashes.Add(Hash(name));
        if (names.Count * 2 > slots.Length)
        {
            slots = new int[slots.Length * 2];
            for (int i = 0; i < names.Count; i++)
                Place(i);
        }
        else
        {
            Place(names.Count - 1);
        }

        return names.Count - 1;
    }

    /// <summary>Takes back all but the first names.</summary>
    internal void CutBackTo(int count)
    {
        // The last one placed is the last of its chain, so that nothing behind it is cut off.
        for (int i = names.Count - 1; i >= count; i--)
        {
            int slot = First(hashes[i]);
            while (slots[slot] != i + 1)
                slot = Next(slot);
            slots[slot] = 0;
        }

        names.RemoveRange(count, names.Count - count);
        hashes.RemoveRange(count, hashes.Count - count);
    }

    private void Place(int index)
    {
        int slot = First(hashes[index]);
        while (slots[slot] != 0)
            slot = Next(slot);
        slots[slot] = index + 1;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = StableHash.Of(name);
        return (uint)(hash ^ (hash >> 32));
    }

    private int First(uint hash) => (int)(hash & (uint)(slots.Length - 1));

    private int Next(int slot) => (slot + 1) & (slots.Length - 1);
}

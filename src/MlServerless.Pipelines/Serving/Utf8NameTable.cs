using System.Text;

namespace MlServerless.Pipelines.Serving;

/// <summary>Finds the index of a UTF-8 name without making a string of it.</summary>
internal sealed class Utf8NameTable
{
    private readonly byte[][] names;
    private readonly int[] slots;

    public Utf8NameTable(IReadOnlyList<string> names)
    {
        this.names = [.. names.Select(Encoding.UTF8.GetBytes)];
        slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Count * 2))];
        for (int i = 0; i < this.names.Length; i++)
        {
            int slot = First(this.names[i]);
            while (slots[slot] != 0)
                slot = Next(slot);
            slots[slot] = i + 1;
        }
    }

    /// <returns>The index, or -1.</returns>
    /// <param name="hint">The index that is tried first: callers mostly send their columns in one order.</param>
    public int Find(ReadOnlySpan<byte> name, int hint)
    {
        if ((uint)hint < (uint)names.Length && name.SequenceEqual(names[hint]))
            return hint;
        for (int slot = First(name); slots[slot] != 0; slot = Next(slot))
        {
            if (name.SequenceEqual(names[slots[slot] - 1]))
                return slots[slot] - 1;
        }

        return -1;
    }

    private int First(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name)
            hash = (hash ^ b) * 16777619;
        return (int)((hash ^ (hash >> 15)) & (uint)(slots.Length - 1));
    }

    private int Next(int slot) => (slot + 1) & (slots.Length - 1);
}

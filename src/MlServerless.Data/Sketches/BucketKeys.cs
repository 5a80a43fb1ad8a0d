using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>Sets of the keys of buckets: how far they must be cut to fit.</summary>
internal static class BucketKeys
{
    /// <summary>Where a key belongs in a hash table with linear probing of a power of two of slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Home(ulong key, int mask) => (int)(key * 0x9E3779B97F4A7C15 >> 32) & mask;

    /// <summary>By how many bits keys must be cut for no more than so many to remain.</summary>
    /// <param name="keys">More than that.</param>
    /// <param name="most">How many may remain.</param>
    /// <param name="isFar">Whether it is probably more than a few bits.</param>
    public static int LowestSufficientShift(ReadOnlySpan<ulong> keys, int most, bool isFar)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * most + 2));
        ulong[] set = ArrayPool<ulong>.Shared.Rent(size);

        // The number of buckets falls with the level. After the first time it is only a few levels more.
        int few = isFar ? 0 : 1;
        int enough = 64;
        while (few < enough)
        {
            int shift = isFar ? (few + enough) / 2 : few;
            if (AreAtMost(most, keys, shift, set.AsSpan(0, size)))
                enough = shift;
            else
                few = shift + 1;
        }

        ArrayPool<ulong>.Shared.Return(set);
        return enough;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreAtMost(int most, ReadOnlySpan<ulong> keys, int shift, Span<ulong> set)
    {
        set.Clear();
        int mask = set.Length - 1;
        foreach (ulong key in keys)
        {
            ulong wanted = (key >> shift) + 1;
            int slot = Home(wanted, mask);
            while (set[slot] != wanted && set[slot] != 0)
                slot = (slot + 1) & mask;
            if (set[slot] == 0 && --most < 0)
                return false;
            set[slot] = wanted;
        }

        return true;
    }
}

using System.Numerics;

namespace MlServerless.Learning.Numerics;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018) seeded through SplitMix64. The sequence belongs to the algorithm versions of the
/// trainers: unlike <see cref="System.Random"/> it never changes with the runtime.
/// </summary>
internal sealed class SeededGenerator
{
    private ulong a;
    private ulong b;
    private ulong c;
    private ulong d;

    /// <summary>Streams of different numbers under one seed are independent for all practical purposes.</summary>
    public SeededGenerator(ulong seed, ulong stream = 0)
    {
        ulong root = SplitMix.At(seed, stream);
        a = SplitMix.At(root, 0);
        b = SplitMix.At(root, 1);
        c = SplitMix.At(root, 2);
        d = SplitMix.At(root, 3);
    }

    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(b * 5, 7) * 9;
        ulong t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = BitOperations.RotateLeft(d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias (Lemire's method with rejection).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong range = (ulong)bound;
        ulong rejectBelow = unchecked(0UL - range) % range;
        while (true)
        {
            ulong high = Math.BigMul(NextBits(), range, out ulong low);
            if (low >= rejectBelow)
                return (int)high;
        }
    }

    /// <summary><paramref name="count"/> of the numbers 0 … total−1, ascending.</summary>
    public int[] Choose(int total, int count)
    {
        int[] items = [.. Enumerable.Range(0, total)];
        for (int i = 0; i < count; i++)
        {
            int j = i + NextInt(total - i);
            (items[i], items[j]) = (items[j], items[i]);
        }
        int[] chosen = items[..count];
        Array.Sort(chosen);
        return chosen;
    }
}

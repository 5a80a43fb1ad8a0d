namespace MlServerless.Soak.Fuzz;

/// <summary>SplitMix64: the same numbers from the same seed on every machine and version.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)Math.Max(1, bound));

    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];
}

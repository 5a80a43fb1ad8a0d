namespace MlServerless.Learning.Numerics;

/// <summary>SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): a bijective mix of 64 bits.</summary>
internal static class SplitMix
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The <paramref name="index"/>-th output of the SplitMix64 stream that starts at <paramref name="seed"/>; any index costs the same.</summary>
    public static ulong At(ulong seed, ulong index)
    {
        ulong z = seed + unchecked((index + 1) * Golden);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

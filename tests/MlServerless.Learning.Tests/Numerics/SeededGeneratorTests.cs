using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Numerics;

public class SeededGeneratorTests
{
    /// <summary>The first outputs of the reference implementation of SplitMix64 for the seed 1234567.</summary>
    [Fact]
    public void SplitMix_At_GivesTheReferenceSequence()
    {
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, Enumerable.Range(0, 5).Select(i => SplitMix.At(1234567, (ulong)i)));
    }

    [Fact]
    public void NextInt_ManyDraws_AreEvenlySpread()
    {
        var generator = new SeededGenerator(3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[generator.NextInt(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void NextDouble_ManyDraws_HaveTheMomentsOfAUniform()
    {
        var generator = new SeededGenerator(4);
        double[] values = [.. Enumerable.Range(0, 50_000).Select(_ => generator.NextDouble())];
        Assert.All(values, value => Assert.InRange(value, 0, 0.9999999999999999));
        Assert.Equal(0.5, values.Average(), 0.01);
        Assert.Equal(1 / 12.0, values.Average(v => (v - 0.5) * (v - 0.5)), 0.002);
    }

    [Fact]
    public void NextBits_OtherSeedOrStream_GivesOtherNumbers()
    {
        Assert.Equal(new SeededGenerator(1, 2).NextBits(), new SeededGenerator(1, 2).NextBits());
        Assert.NotEqual(new SeededGenerator(1, 2).NextBits(), new SeededGenerator(1, 3).NextBits());
        Assert.NotEqual(new SeededGenerator(1, 2).NextBits(), new SeededGenerator(2, 2).NextBits());
    }

    [Fact]
    public void Choose_SomeOfAll_AreDistinctAndAscending()
    {
        int[] chosen = new SeededGenerator(5).Choose(100, 30);
        Assert.Equal(30, chosen.Length);
        Assert.Equal(chosen.Distinct().Order(), chosen);
        Assert.InRange(chosen[^1], 30, 99);
    }
}

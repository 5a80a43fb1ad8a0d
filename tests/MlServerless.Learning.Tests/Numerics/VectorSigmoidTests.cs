using MlServerless.Data;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Numerics;

public class VectorSigmoidTests
{
    [Fact]
    public void Compute_ManyValues_GivesTheBitsOfOneByOne()
    {
        var random = new SeededGenerator(5);
        double[] values = new double[20_003];
        for (int i = 0; i < values.Length; i++)
            values[i] = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.NextInt(24) - 12);
        AssertEqualBits(values);
    }

    [Fact]
    public void Compute_BordersAndExtremes_GivesTheBitsOfOneByOne() => AssertEqualBits(
    [
        0, -0.0, double.Epsilon, -double.Epsilon, 1e-300, 0.5, -0.5, 0.34657359, -0.34657359, 36, -36, 699.9999, -699.9999, 700, -700, 745, -745,
        746, -746, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, 1, 1, 2, 3,
    ]);

    private static void AssertEqualBits(double[] values)
    {
        double[] results = new double[values.Length];
        VectorSigmoid.Compute(values, results);
        for (int i = 0; i < values.Length; i++)
            Assert.True(BitConverter.DoubleToInt64Bits(DeterministicMath.Sigmoid(values[i])) == BitConverter.DoubleToInt64Bits(results[i]), $"{values[i]:R}");
    }
}

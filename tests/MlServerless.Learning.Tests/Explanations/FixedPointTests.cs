using MlServerless.Learning.Explanations;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Explanations;

public class FixedPointTests
{
    [Fact]
    public void Settle_AnyNumbers_AddUpInAnyOrderToTheBound()
    {
        var random = new SeededGenerator(17);
        for (int round = 0; round < 500; round++)
        {
            double[] values = [.. Enumerable.Range(0, 1 + random.NextInt(60)).Select(_ => Math.ScaleB(random.NextDouble() - 0.5, random.NextInt(60) - 40))];
            double baseValue = random.NextDouble() * 10 - 5;
            double raw = baseValue + values.Sum();
            double[] settled = [.. values];
            FixedPoint.Settle(baseValue, raw, settled);
            double size = Math.Abs(baseValue) + Math.Abs(raw) + values.Sum(Math.Abs);
            double sum = settled.Sum();
            Assert.Equal(sum, settled.Reverse().Sum());
            Assert.Equal(sum, settled.OrderBy(Math.Abs).Sum());
            Assert.True(Math.Abs(baseValue + sum - raw) <= Math.ScaleB(size, -50));
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(values[i], settled[i], Math.ScaleB(size, -45));
        }
    }

    [Fact]
    public void Settle_NothingToAdd_StaysNothing()
    {
        double[] zeros = new double[3];
        FixedPoint.Settle(0, 0, zeros);
        Assert.Equal(new double[3], zeros);
        FixedPoint.Settle(1, 2, []);
    }

    [Fact]
    public void Settle_TinyAndHugeNumbers_StayFinite()
    {
        double[] tiny = [double.Epsilon, -double.Epsilon];
        FixedPoint.Settle(0, double.Epsilon, tiny);
        Assert.All(tiny, value => Assert.True(double.IsFinite(value)));
        double[] huge = [1e300, -5e299];
        FixedPoint.Settle(1e299, 6e299, huge);
        Assert.Equal(5e299, huge.Sum(), 1e287);
    }
}

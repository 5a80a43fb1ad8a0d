using System.Text;

namespace MlServerless.Data.Tests.Sketches;

public class HyperLogLogTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(2_000)]
    [InlineData(10_000)]
    [InlineData(300_000)]
    public void Estimate_DifferentValues_IsWithinFourStandardErrors(int count)
    {
        var summary = new HyperLogLog();
        for (int i = 0; i < count; i++)
            summary.Add(StableHash.Of(Encoding.ASCII.GetBytes($"{i * 7919}")));
        Assert.InRange(summary.Estimate(), count * (1 - 4 * 0.0163), count * (1 + 4 * 0.0163));
    }

    [Fact]
    public void Estimate_NothingOrOne_IsExact()
    {
        var summary = new HyperLogLog();
        Assert.Equal(0, summary.Estimate());
        summary.Add(StableHash.Of("a"u8));
        Assert.Equal(1, summary.Estimate(), 2);
    }
}

using FsCheck;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Gbdt;

public class FeatureBinsTests
{
    [Fact]
    public void Find_FewDistinctValues_CutsHalfWay() =>
        Assert.Equal([1.5, 3], QuantileEdges.Find([1, 1, 2, 2, 2, 4], 255));

    [Fact]
    public void Find_ManyValues_MakesBinsOfEqualWeight()
    {
        double[] edges = QuantileEdges.Find([.. Enumerable.Range(0, 1000).Select(i => (double)i)], 4);
        Assert.Equal([249.5, 499.5, 749.5], edges);
    }

    [Fact]
    public void Find_HeavyValue_GetsABinOfItsOwn()
    {
        double[] values = [.. Enumerable.Repeat(0.0, 600), .. Enumerable.Range(1, 400).Select(i => (double)i)];
        double[] edges = QuantileEdges.Find(values, 5);
        Assert.Equal(0.5, edges[0]);
        Assert.Equal([100.5, 200.5, 300.5], edges[1..]);
    }

    [Fact]
    public void Find_NeighboursInTheLastBit_StaySeparate()
    {
        double next = Math.BitIncrement(1.0);
        double[] edges = QuantileEdges.Find([1.0, next], 255);
        Assert.True(edges[0] >= 1.0 && edges[0] < next);
        Assert.True(double.IsFinite(QuantileEdges.Find([double.MinValue, double.MaxValue], 255)[0]));
    }

    [Fact]
    public void Assign_AnyValue_FallsIntoTheBinThatComparisonsSay()
    {
        Gen<double> number = Gen.Choose(-50, 50).Select(v => v / 4.0);
        Prop.ForAll(Arb.From(number.ArrayOf(40)), Arb.From(Gen.Choose(2, 30)), (values, maxBins) =>
        {
            double[] edges = QuantileEdges.Find([.. values.Order()], maxBins);
            Assert.Equal(edges.Distinct().Order(), edges);
            Assert.True(edges.Length < maxBins);
            FeatureBins bins = FeatureBins.Numeric(0, edges);
            byte[] assigned = new byte[values.Length];
            bins.Assign(values, assigned);
            for (int i = 0; i < values.Length; i++)
                for (int bin = 1; bin < bins.BinCount; bin++)
                    Assert.Equal(values[i] <= bins.UpperEdge(bin), assigned[i] <= bin);
        }).Check(new Configuration { MaxNbOfTest = 100, Replay = FsCheck.Random.StdGen.NewStdGen(1, 2), Runner = Config.QuickThrowOnFailure.Runner });
    }

    [Fact]
    public void Assign_MissingAndExtremes_HaveTheirBins()
    {
        FeatureBins bins = FeatureBins.Numeric(0, [.. Enumerable.Range(0, 254).Select(i => (double)i)]);
        byte[] assigned = new byte[4];
        bins.Assign([double.NaN, double.MinValue, double.MaxValue, 0], assigned);
        Assert.Equal([0, 1, 255, 1], assigned);
        Assert.Equal(255, bins.LastLeftBin(double.MaxValue));
        Assert.Equal(4, bins.LastLeftBin(3));
    }
}

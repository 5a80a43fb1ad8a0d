using System.Globalization;

namespace MlServerless.Data.Tests.Profiles;

public class DataProfileTests
{
    [Fact]
    public void From_SmallFile_HasExactFigures()
    {
        PartScan scan = Scans.Of("n,b,c,d\n1,true,x,2026-01-01\n2,false,yy,2026-01-03\n4,true,x,\n,true,,2026-01-02\n9,oops\n");
        DataProfile profile = DataProfile.From(scan, Scans.Infer(scan));
        Assert.Equal((5L, 1L), (profile.Rows, profile.RejectedRows));
        ColumnProfile n = profile.Find("n")!;
        Assert.Equal((3L, 1L, 3L, true), (n.Count, n.Missing, n.Distinct, n.DistinctIsExact));
        Assert.Equal((1.0, 4.0, 7.0 / 3, 0.0), (n.Min, n.Max, n.Mean, n.Resolution));
        Assert.Equal(Math.Sqrt(7.0 / 3), n.StandardDeviation!.Value, 15);
        Assert.Equal(2, n.Quantiles!.Single(quantile => quantile.Probability == 0.5).Value);
        Assert.Equal(1.5, n.Quantiles!.Single(quantile => quantile.Probability == 0.25).Value);
        Assert.Equal(3, n.Histogram!.Sum(bin => bin.Count));
        Assert.Equal(0.75, profile.Find("b")!.Mean);
        ColumnProfile c = profile.Find("c")!;
        Assert.Equal([new ValueFrequency("x", 2), new ValueFrequency("yy", 1)], c.TopValues);
        Assert.Equal((1L, 2L, 4.0 / 3), (c.MinLength, c.MaxLength, c.MeanLength));
        Assert.Equal(1767225600, profile.Find("d")!.Min);
        Assert.Equal(profile.ToCanonicalJson(), DataProfile.Parse(profile.ToCanonicalJson()).ToCanonicalJson());
    }

    [Fact]
    public void From_ManyValues_QuantilesAreWithinTheResolution()
    {
        const int rows = 50_000;
        double[] values = [.. Enumerable.Range(0, rows).Select(i => Math.Round(DeterministicMath.Exp((i * 7919L % rows) / (double)rows * 6 - 3), 6))];
        PartScan scan = Scans.Of(Scans.Column("x", values.Select(value => value.ToString(CultureInfo.InvariantCulture))));
        ColumnProfile profile = DataProfile.From(scan, Scans.Infer(scan)).Columns[0];
        Array.Sort(values);
        Assert.InRange(profile.Resolution!.Value, 1e-9, 0.01);
        foreach (Quantile quantile in profile.Quantiles!)
        {
            double exact = values[(int)(quantile.Probability * (rows - 1))];
            Assert.InRange(quantile.Value, exact * (1 - profile.Resolution.Value), exact * (1 + profile.Resolution.Value));
        }

        Assert.False(profile.DistinctIsExact);
        Assert.InRange(profile.Distinct, rows * 0.93, rows * 1.07);
        Assert.Equal(values[0], profile.Min);
        Assert.Equal(values[^1], profile.Max);
    }

    [Fact]
    public void From_InfinitiesAndWords_CountsThem()
    {
        PartScan scan = Scans.Of("x\n1\ninf\n-Infinity\n1e999\nNA\n2.5\n");
        ColumnProfile x = DataProfile.From(scan, Scans.Infer(scan)).Columns[0];
        Assert.Equal((ColumnType.Number, 2L, 1L, 3L), (x.Type, x.Count, x.Missing, x.NonFinite));
    }

    [Fact]
    public void From_ConstantOrSingleValue_HasNoBrokenFigures()
    {
        PartScan scan = Scans.Of("x,y\n5,3\n5,\n");
        DataProfile profile = DataProfile.From(scan, Scans.Infer(scan));
        Assert.Equal(0, profile.Find("x")!.StandardDeviation);
        Assert.Null(profile.Find("y")!.StandardDeviation);
        Assert.Equal(new HistogramBin(5, 5, 2), Assert.Single(profile.Find("x")!.Histogram!));
    }
}

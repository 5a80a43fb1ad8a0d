namespace MlServerless.Data.Tests.Sketches;

public class TableSketchPowersOfTwoTests
{
    private static TableSketch Sketch(IEnumerable<double> values)
    {
        TableSketch sketch = TableSketch.For([("x", ColumnType.Number)]);
        foreach (double value in values)
            sketch.Columns[0].AddNumber(value);
        return sketch;
    }

    [Fact]
    public void Sketches_OfEveryPowerOfTwo_AreReadBackAsTheyWere()
    {
        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            foreach (double value in new[] { Math.ScaleB(1, exponent), -Math.ScaleB(1, exponent) })
            {
                TableSketch again = TableSketch.Parse(Sketch([value]).ToCanonicalJson());
                Assert.Equal(value, again.Columns[0].Numbers.Buckets()[0].From);
            }
        }
    }

    /// <summary>The shortest text of 2^-25 by ECMA-262 has 17 digits; with 16, it is that of the double before, which is in another bucket.</summary>
    [Fact]
    public void Sketch_WithABucketThatBeginsAtAPowerOfTwo_IsReadBack()
    {
        double power = Math.ScaleB(1, -25);
        TableSketch sketch = Sketch(Enumerable.Range(0, 4000).Select(i => power * (1 + (i - 1000) / 1500.0)));
        byte[] json = sketch.ToCanonicalJson();
        Assert.Contains("2.9802322387695312e-8", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(json, TableSketch.Parse(json).ToCanonicalJson());
    }
}

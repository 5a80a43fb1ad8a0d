using System.Text;
using System.Text.Json;
using FsCheck;

namespace MlServerless.Data.Tests.Sketches;

public class TableSketchTests
{
    private static readonly (string, ColumnType)[] Columns =
        [("n", ColumnType.Number), ("c", ColumnType.Category), ("t", ColumnType.Text), ("d", ColumnType.DateTime), ("b", ColumnType.Boolean)];

    /// <summary>What is compared at the check is what is compared at drift.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_Scan_EqualsTheSketchOfItsTable(bool declared)
    {
        byte[] csv = Encoding.UTF8.GetBytes(Scans.Table("n,i,c,b,d,many", 6000, i =>
            $"{(i % 11 == 0 ? "" : i % 13 == 0 ? "inf" : (i * 0.37 - 500).ToString(System.Globalization.CultureInfo.InvariantCulture))},{i % 900},\"v {i % 700}\",{(i % 3 == 0 ? "true" : "false")},2026-{i % 12 + 1:D2}-{i % 28 + 1:D2},k{i}"));
        ColumnSchema[] schemas = declared
            ? [new("n", ColumnType.Number), new("i", ColumnType.Integer), new("c", ColumnType.Category), new("b", ColumnType.Boolean), new("d", ColumnType.DateTime)]
            : [];
        PartScan scan = Scans.Of(csv, schemas);
        DataSchema schema = Scans.Infer(scan, schemas);
        CsvFormat format = CsvFormat.Detect(csv, out _);
        Table table = SplitReader.Read([new PartSource(() => new MemoryStream(csv), format, true)], schema, new SplitRule { Salt = "s", Key = [], HoldOut = 0, Validation = 0 }, 2, CancellationToken.None).Train;

        TableSketch sketch = TableSketch.Of(scan, schema);

        Assert.Equal(["n", "i", "c", "b", "d"], sketch.Columns.Select(column => column.Name));
        Assert.Equal(Encoding.UTF8.GetString(TableSketch.Of(table, ["n", "i", "c", "b", "d"]).ToCanonicalJson()), Encoding.UTF8.GetString(sketch.ToCanonicalJson()));
    }

    [Fact]
    public void Merge_AnyPartsInAnyOrder_GivesTheSameBytes() =>
        Properties.Check(
            from count in Gen.Choose(0, 3000)
            from seed in Gen.Choose(1, 1_000_000)
            from cuts in Gen.ArrayOf(3, Gen.Choose(0, count))
            select (Count: count, Seed: seed, Cuts: cuts),
            sample =>
            {
                int[] borders = [0, .. sample.Cuts.Order(), sample.Count];
                TableSketch merged = TableSketch.For(Columns);
                for (int i = borders.Length - 2; i >= 0; i--)
                    merged.Merge(Of(sample.Seed, borders[i], borders[i + 1]));
                byte[] whole = Of(sample.Seed, 0, sample.Count).ToCanonicalJson();
                Assert.Equal(whole, merged.ToCanonicalJson());
                Assert.Equal(whole, TableSketch.Parse(whole).ToCanonicalJson());
                Assert.Equal(whole, merged.Clone().ToCanonicalJson());
                Assert.Equal(sample.Count, merged.Rows);
                Assert.Equal(sample.Count, TableSketch.Parse(whole).Rows);
            },
            60);

    [Fact]
    public void ToCanonicalJson_MillionsOfDifferentValues_StaysSmall()
    {
        TableSketch sketch = TableSketch.For([("n", ColumnType.Number), ("c", ColumnType.Category)]);
        for (int i = 0; i < 200_000; i++)
        {
            sketch["n"].AddNumber(Math.Sqrt(i));
            sketch["c"].AddCategory($"customer-{i}");
        }

        Assert.InRange(sketch.ToCanonicalJson().Length, 10_000, 60_000);
    }

    [Fact]
    public void Of_Table_EqualsRowByRow()
    {
        var table = new Table(
        [
            new NumericColumn("n", ColumnType.Number, [1.5, double.NaN, 2]),
            new CategoryColumn("c", ColumnType.Category, [0, -1, 0], ["x"]),
            new CategoryColumn("unused", ColumnType.Text, [0, 0, 0], ["y"]),
        ]);
        TableSketch expected = TableSketch.For([("n", ColumnType.Number), ("c", ColumnType.Category)]);
        expected["n"].AddNumber(1.5);
        expected["n"].AddNumber(double.PositiveInfinity);
        expected["n"].AddNumber(2);
        expected["c"].AddCategory("x");
        expected["c"].AddCategory((string?)null);
        expected["c"].AddCategory("x"u8);
        Assert.Equal(expected.ToCanonicalJson(), TableSketch.Of(table, ["n", "c"]).ToCanonicalJson());
        Assert.Equal(1, expected["n"].Missing);
        Assert.Null(expected.Find("unused"));
    }

    [Fact]
    public void Add_WrongKindOfValue_Throws()
    {
        TableSketch sketch = TableSketch.For(Columns);
        Assert.Throws<InvalidOperationException>(() => sketch["c"].AddNumber(1));
        Assert.Throws<InvalidOperationException>(() => sketch["n"].AddCategory("x"));
        Assert.Throws<KeyNotFoundException>(() => sketch["x"]);
        Assert.Throws<ArgumentException>(() => sketch.Merge(TableSketch.For([("n", ColumnType.Number)])));
        Assert.Throws<ArgumentException>(() => TableSketch.For([("n", ColumnType.Number), ("n", ColumnType.Number)]));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"columns":[null]}""")]
    [InlineData("""{"columns":[],"more":1}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":-1,"numbers":{"level":0,"from":[],"counts":[]}}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":0}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"ignored","missing":0}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":0,"numbers":{"level":99,"from":[],"counts":[]}}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":0,"numbers":{"level":0,"from":[1],"counts":[0]}}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":0,"numbers":{"level":0,"from":[1,1],"counts":[1,1]}}]}""")]
    [InlineData("""{"columns":[{"name":"n","type":"number","missing":0,"numbers":{"level":0,"from":[1],"counts":[9223372036854775807]}}]}""")]
    [InlineData("""{"columns":[{"name":"c","type":"category","missing":0,"categories":{"values":["a"],"counts":[1],"bins":[1]}}]}""")]
    [InlineData("""{"columns":[{"name":"c","type":"category","missing":0,"categories":{"values":[null],"counts":[1]}}]}""")]
    public void Parse_SomethingElse_Throws(string json) => Assert.Throws<JsonException>(() => TableSketch.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Converter_InsideAnotherDocument_WritesTheSame()
    {
        TableSketch sketch = Of(1, 0, 50);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(sketch);
        Assert.Equal(sketch.ToCanonicalJson(), CanonicalJson.Canonicalize(json));
        Assert.Equal(sketch.ToCanonicalJson(), JsonSerializer.Deserialize<TableSketch>(json)!.ToCanonicalJson());
    }

    private static TableSketch Of(int seed, int from, int to)
    {
        TableSketch sketch = TableSketch.For(Columns);
        for (int i = from; i < to; i++)
        {
            uint random = (uint)(StableHash.Of(BitConverter.GetBytes(i * 1000003L + seed)) >> 32);
            sketch["n"].AddNumber(random % 10 == 0 ? double.NaN : random / 1e6 - 2000);
            sketch["c"].AddCategory(random % 7 == 0 ? null : $"category {random % 900}");
            sketch["t"].AddCategory(new string('x', (int)(random % 50)));
            sketch["d"].AddNumber(1.7e9 + random % 1000 * 86400);
            sketch["b"].AddNumber(random % 2);
        }

        return sketch;
    }
}

using FsCheck;

namespace MlServerless.Data.Tests.Tables;

public class ColumnFileTests
{
    [Fact]
    public void Write_AnyTable_ReadsBackAsTheSame() =>
        Properties.Check(
            AnyTable(),
            table =>
            {
                byte[] bytes = ColumnFile.Write(table);
                Table read = ColumnFile.Read(new Csv.TricklingStream(bytes, 3));
                AssertSame(table, read);
                Assert.Equal(bytes, ColumnFile.Write(read));
            },
            500);

    [Fact]
    public void Read_DamagedBytes_ThrowsInvalidDataOrReads() =>
        Properties.Check(
            from table in AnyTable()
            from position in Gen.Choose(0, 10_000)
            from value in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, 3)
            select (Table: table, Position: position, Value: (byte)value, Cut: cut == 0),
            sample =>
            {
                byte[] bytes = ColumnFile.Write(sample.Table);
                int position = sample.Position % bytes.Length;
                if (sample.Cut)
                    bytes = bytes[..position];
                else
                    bytes[position] = sample.Value;
                try
                {
                    ColumnFile.Read(new MemoryStream(bytes));
                }
                catch (InvalidDataException)
                {
                }
            },
            2000);

    [Theory]
    [InlineData("")]
    [InlineData("MLSCOLS2")]
    [InlineData("MLSCOLS1")]
    public void Read_SomethingElse_Throws(string start) =>
        Assert.Throws<InvalidDataException>(() => ColumnFile.Read(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(start))));

    /// <summary>Sizes of gigabytes with nothing behind them must not be believed.</summary>
    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 })]
    [InlineData(new byte[] { 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 })]
    [InlineData(new byte[] { 1, 0, 1, (byte)'a', 3, 0xFF, 0xFF, 0xFF, 0x7F, 1 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void Read_HugeSizes_ThrowWithoutAllocating(byte[] rest)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => ColumnFile.Read(new MemoryStream([.. "MLSCOLS1"u8, .. rest])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Write_SmallIntegersAndCategories_TakeAByteEach()
    {
        const int rows = 10_000;
        var table = new Table(
        [
            new NumericColumn("age", ColumnType.Integer, [.. Enumerable.Range(0, rows).Select(i => 18.0 + i % 70)]),
            new NumericColumn("price", ColumnType.Number, [.. Enumerable.Range(0, rows).Select(i => i % 100 * 0.25)]),
            new CategoryColumn("plan", ColumnType.Category, [.. Enumerable.Range(0, rows).Select(i => i % 3 - 1)], ["a", "b"]),
        ]);
        Assert.InRange(ColumnFile.Write(table).Length, rows * 4, rows * 4 + 1200);
    }

    [Fact]
    public void Write_SameTable_HasGoldenHash()
    {
        var table = new Table(
            [
                new NumericColumn("n", ColumnType.Number, [0.5, double.NaN, -0.0, 1e300]),
                new NumericColumn("i", ColumnType.Integer, [-3, 250, double.NaN, 7]),
                new CategoryColumn("c", ColumnType.Category, [0, 1, -1, 0], ["é", ""]),
            ],
            [2, 3, 9, 100]);
        Assert.Equal("e0be9d2bd0d3123df7b4c45c1246d53386ec846476a4558093818c4ae2de5a00", ContentHash.Of(ColumnFile.Write(table)).Hex);
    }

    internal static void AssertSame(Table expected, Table actual)
    {
        Assert.Equal(expected.RowNumbers, actual.RowNumbers);
        Assert.Equal(expected.Columns.Select(column => (column.Name, column.Type)), actual.Columns.Select(column => (column.Name, column.Type)));
        foreach ((Column before, Column after) in expected.Columns.Zip(actual.Columns))
        {
            if (before is NumericColumn numbers)
            {
                Assert.Equal(Bits(numbers), Bits((NumericColumn)after));
                continue;
            }

            Assert.Equal(((CategoryColumn)before).Codes.ToArray(), ((CategoryColumn)after).Codes.ToArray());
            Assert.Equal(((CategoryColumn)before).Vocabulary, ((CategoryColumn)after).Vocabulary);
        }
    }

    private static long[] Bits(NumericColumn column) => Array.ConvertAll(column.Values.ToArray(), BitConverter.DoubleToInt64Bits);

    private static Gen<Table> AnyTable() =>
        from rows in Gen.Choose(0, 40)
        from columns in Gen.Choose(0, 4)
        from made in Gen.Sequence(Enumerable.Range(0, columns).Select(i => AnyColumn($"column {i}", rows)))
        from steps in Gen.ArrayOf(rows, Gen.Choose(1, 300))
        select new Table([.. made], [.. steps.Select((_, i) => steps.Take(i + 1).Sum(step => (long)step))]);

    private static Gen<Column> AnyColumn(string name, int rows) => Gen.OneOf(
        Numbers(name, rows, Gen.Choose(-3, 300).Select(i => (double)i)),
        Numbers(name, rows, Gen.Choose(-2_000_000_000, 2_000_000_000).Select(i => (double)i)),
        Numbers(name, rows, Gen.Elements(0.25, -0.0, 7.5)),
        Numbers(name, rows, Properties.Bits64.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite)),
        from codes in Gen.ArrayOf(rows, Gen.Choose(-1, 2))
        select (Column)new CategoryColumn(name, ColumnType.Category, codes, ["", "é", "a,\"b\"\n"]));

    private static Gen<Column> Numbers(string name, int rows, Gen<double> value) =>
        from values in Gen.ArrayOf(rows, Gen.Frequency(Tuple.Create(5, value), Tuple.Create(1, Gen.Constant(double.NaN))))
        select (Column)new NumericColumn(name, ColumnType.Number, values);
}

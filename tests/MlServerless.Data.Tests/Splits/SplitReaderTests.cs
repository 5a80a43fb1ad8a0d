using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Splits;

public class SplitReaderTests
{
    private static readonly SplitRule Rule = new() { Salt = "churn-1", Validation = 0.2, HoldOut = 0.3, Key = ["id"] };

    [Fact]
    public void Read_Fractions_AreAboutThoseOfTheRule()
    {
        SplitTables split = Read(Customers(20_000), Rule);
        Assert.InRange(split.HoldOut.RowCount, 5700, 6300);
        Assert.InRange(split.Validation.RowCount, 3750, 4250);
        Assert.Equal(20_000, split.Train.RowCount + split.Validation.RowCount + split.HoldOut.RowCount);
        long[] all = [.. split.Train.RowNumbers, .. split.Validation.RowNumbers, .. split.HoldOut.RowNumbers];
        Assert.Equal(Enumerable.Range(1, 20_000).Select(i => (long)i), all.Order());
        Assert.Equal(split.Train.RowNumbers.Order(), split.Train.RowNumbers);
    }

    [Fact]
    public void Read_RowsOfOneKey_StayTogether()
    {
        SplitTables split = Read(Scans.Table("id,x", 3000, i => $"{i % 50},{i}"), Rule);
        HashSet<double>[] keys = [Ids(split.Train), Ids(split.Validation), Ids(split.HoldOut)];
        Assert.Equal(50, keys.Sum(set => set.Count));
    }

    [Fact]
    public void Read_OtherOrderRowsAndColumns_KeepTheirPlace()
    {
        HashSet<double> before = Ids(Read(Customers(2000), Rule).HoldOut);
        string reversed = "other,x,id\n" + string.Concat(Enumerable.Range(0, 3000).Reverse().Select(i => $"o{i},{i % 3},\"{i}\"\n"));
        HashSet<double> after = Ids(Read(reversed, Rule).HoldOut);
        Assert.Equal(before.Order(), after.Where(id => id < 2000).Order());
    }

    [Fact]
    public void Read_AnotherValidationFraction_LeavesTheHoldOutAlone()
    {
        Assert.Equal(Read(Customers(2000), Rule).HoldOut.RowNumbers, Read(Customers(2000), Rule with { Validation = 0.5 }).HoldOut.RowNumbers);
        Assert.NotEqual(Read(Customers(2000), Rule).HoldOut.RowNumbers, Read(Customers(2000), Rule with { Salt = "churn-2" }).HoldOut.RowNumbers);
    }

    /// <summary>The place of a row in pipelines that exist must never change.</summary>
    [Fact]
    public void Read_GoldenPlaces()
    {
        SplitTables split = Read(Customers(20), Rule);
        Assert.Equal("4 5 6 7 9 10 13 14 16 18 20", string.Join(" ", split.Train.RowNumbers));
        Assert.Equal("1 8 12 15 17 19", string.Join(" ", split.HoldOut.RowNumbers));
    }

    [Fact]
    public void Read_WithoutKey_EqualRowsStayTogether()
    {
        SplitTables split = Read(Scans.Table("id,x", 1000, i => $"{i % 10},{i % 10}"), Rule with { Key = [] });
        Assert.Equal(10, new[] { split.Train, split.Validation, split.HoldOut }.Sum(table => Ids(table).Count));
    }

    [Fact]
    public void Read_AnyPartBorders_GivesTheSameTables() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(200)
            from partBytes in Gen.Choose(1, 80)
            select (Bytes: (byte[])[.. "id,x,z\n"u8, .. bytes], PartBytes: partBytes),
            sample =>
            {
                ColumnSchema declared = new() { Name = "x", Type = ColumnType.Number };
                CsvFormat format = CsvFormat.Detect(sample.Bytes, ',', out _);
                PartScan scan = PartScan.Scan(new MemoryStream(sample.Bytes), format, true, new DataSchema { Columns = [declared] }, CancellationToken.None);
                DataSchema schema = Scans.Infer(scan, declared);
                SplitTables whole = SplitReader.Read([Part(sample.Bytes, format)], schema, Rule, 2, CancellationToken.None);
                List<byte[]> parts = Csv.PartCutterTests.Cut(sample.Bytes, sample.PartBytes, 1000);
                SplitTables fromParts = SplitReader.Read([.. parts.Select((part, index) => Part(part, format, index == 0))], schema, Rule, 2, CancellationToken.None);
                Assert.Equal(ColumnFile.Write(whole.Train), ColumnFile.Write(fromParts.Train));
                Assert.Equal(ColumnFile.Write(whole.Validation), ColumnFile.Write(fromParts.Validation));
                Assert.Equal(ColumnFile.Write(whole.HoldOut), ColumnFile.Write(fromParts.HoldOut));
                Assert.Equal(scan.KeptRows, whole.Train.RowCount + whole.Validation.RowCount + whole.HoldOut.RowCount);
            },
            150);

    [Fact]
    public void Read_AllTypes_GivesTheirValues()
    {
        const string csv = "id,n,b,c,t,d,skip\n1,0.5,yes,red,\"a, b\",2026-01-01,?\n2,,no,,,,?\n3,inf,1,NA,x,1970-01-02,?\n4,oops,1,red,x,,?\n";
        ColumnSchema[] declared =
        [
            new() { Name = "id", Type = ColumnType.Integer },
            new() { Name = "n", Type = ColumnType.Number },
            new() { Name = "b", Type = ColumnType.Boolean },
            new() { Name = "c", Type = ColumnType.Category },
            new() { Name = "t", Type = ColumnType.Text },
            new() { Name = "d", Type = ColumnType.DateTime },
            new() { Name = "skip", Type = ColumnType.Ignored },
        ];
        CsvFormat format = CsvFormat.Detect(Encoding.UTF8.GetBytes(csv), out _);
        Table table = SplitReader.Read([Part(Encoding.UTF8.GetBytes(csv), format)], new DataSchema { Columns = declared }, Rule with { HoldOut = 0, Validation = 0 }, 2, CancellationToken.None).Train;
        Assert.Equal(["id", "n", "b", "c", "t", "d"], table.Columns.Select(column => column.Name));
        Assert.Equal([1L, 2, 3], table.RowNumbers);
        Assert.Equal([0.5, double.NaN, double.NaN], ((NumericColumn)table["n"]).Values.ToArray());
        Assert.Equal([1.0, 0, 1], ((NumericColumn)table["b"]).Values.ToArray());
        Assert.Equal([0, -1, -1], ((CategoryColumn)table["c"]).Codes.ToArray());
        Assert.Equal(["a, b", "x"], ((CategoryColumn)table["t"]).Vocabulary);
        Assert.Equal([1767225600, double.NaN, 86400], ((NumericColumn)table["d"]).Values.ToArray());
    }

    [Fact]
    public void Read_AnyTextsWrittenAsCsv_ComeBackUnchanged() =>
        Properties.Check(
            from rows in Gen.Choose(1, 30)
            from delimiter in Gen.Elements(',', ';', '\t', '|')
            from lineBreak in Gen.Elements("\n", "\r\n", "\r")
            from cells in Gen.ArrayOf(rows * 2, Gen.ArrayOf(4, Gen.Elements("a", "b ", "é", "日", "\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", "'", "1")).Select(string.Concat))
            select (Delimiter: delimiter, LineBreak: lineBreak, Cells: cells),
            sample =>
            {
                string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
                string csv = $"a{sample.Delimiter}b{sample.LineBreak}"
                    + string.Concat(sample.Cells.Chunk(2).Select(row => $"{Quote(row[0])}{sample.Delimiter}{Quote(row[1])}{sample.LineBreak}"));
                byte[] bytes = Encoding.UTF8.GetBytes(csv);
                CsvFormat format = CsvFormat.Detect(bytes, sample.Delimiter, out _);
                DataSchema schema = new() { Columns = [new() { Name = "a", Type = ColumnType.Category }, new() { Name = "b", Type = ColumnType.Text }] };
                Table table = SplitReader.Read([Part(bytes, format)], schema, Rule with { Key = [], HoldOut = 0, Validation = 0 }, 2, CancellationToken.None).Train;
                Assert.Equal(sample.Cells.Where((_, i) => i % 2 == 0).Select(Present), Texts(table, "a"));
                Assert.Equal(sample.Cells.Where((_, i) => i % 2 == 1).Select(Present), Texts(table, "b"));
            },
            300);

    [Fact]
    public void Read_ImpossibleRule_Throws()
    {
        Assert.Throws<ArgumentException>(() => Read(Customers(5), Rule with { Key = ["none"] }));
        Assert.Throws<ArgumentException>(() => Read(Customers(5), Rule with { Validation = 0.8 }));
        Assert.Throws<ArgumentException>(() => Read(Customers(5), Rule with { HoldOut = -0.1 }));
    }

    [Fact]
    public void Read_FilesWithOtherColumns_AreMatchedByName()
    {
        string[] files = ["id,x,c\n1,10,u\n2,20,v\n", "c;id\nw;3\n", "extra,x,id\n7,40,4\n"];
        var parts = new List<PartSource>();
        var scans = new List<PartScan>();
        foreach (string file in files)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(file);
            parts.Add(Part(bytes, CsvFormat.Detect(bytes, out _)));
            scans.Add(Scans.Of(bytes));
        }

        Table table = SplitReader.Read(parts, Scans.Infer(PartScan.Merge(scans)), Rule with { HoldOut = 0, Validation = 0 }, 2, CancellationToken.None).Train;

        Assert.Equal(["id", "x", "c", "extra"], table.Columns.Select(column => column.Name));
        Assert.Equal([1L, 2, 3, 4], table.RowNumbers);
        Assert.Equal([1.0, 2, 3, 4], ((NumericColumn)table["id"]).Values.ToArray());
        Assert.Equal([10, 20, double.NaN, 40], ((NumericColumn)table["x"]).Values.ToArray());
        Assert.Equal(["u", "v", "w", null], Texts(table, "c"));
        Assert.Equal([double.NaN, double.NaN, double.NaN, 7], ((NumericColumn)table["extra"]).Values.ToArray());
    }

    [Fact]
    public void Read_FilesWithOtherColumns_RowsKeepTheirPlace()
    {
        byte[] first = Encoding.UTF8.GetBytes(Customers(500));
        byte[] second = Encoding.UTF8.GetBytes("new,id\n" + string.Concat(Enumerable.Range(500, 500).Select(i => $"n,{i}\n")));
        PartSource[] parts = [Part(first, CsvFormat.Detect(first, out _)), Part(second, CsvFormat.Detect(second, out _))];

        SplitTables together = SplitReader.Read(parts, Scans.Infer(PartScan.Merge([Scans.Of(first), Scans.Of(second)])), Rule, 2, CancellationToken.None);

        HashSet<double> alone = [.. Ids(Read(Customers(500), Rule).HoldOut), .. Ids(Read(Encoding.UTF8.GetString(second), Rule).HoldOut)];
        Assert.Equal(alone.Order(), Ids(together.HoldOut).Order());
    }

    [Fact]
    public void Read_JsonLines_GivesTheTablesOfTheSameRowsAsCsv()
    {
        string[][] rows = [.. Enumerable.Range(0, 200).Select(i => new[] { $"k{i}", $"{i % 7}", i % 3 == 0 ? "" : "x\n\"y\"" })];
        byte[] csv = Writers.Csv(["id", "n", "c"], rows);
        byte[] json = Writers.Ndjson(["id", "n", "c"], rows);
        var schema = new DataSchema { Columns = [new() { Name = "id", Type = ColumnType.Text }, new() { Name = "n", Type = ColumnType.Integer }, new() { Name = "c", Type = ColumnType.Category }] };
        var rule = new SplitRule { Salt = "s", Validation = 0.2, HoldOut = 0.2 };
        SplitTables expected = SplitReader.Read([Part(csv, CsvFormat.Detect(csv, out _))], schema, rule, 2, CancellationToken.None);
        SplitTables actual = SplitReader.Read([Part(json, NdjsonFormat.Discover)], schema, rule, 2, CancellationToken.None);
        Assert.InRange(expected.HoldOut.RowCount, 10, 100);
        Assert.Equal(ColumnFile.Write(expected.Train), ColumnFile.Write(actual.Train));
        Assert.Equal(ColumnFile.Write(expected.Validation), ColumnFile.Write(actual.Validation));
        Assert.Equal(ColumnFile.Write(expected.HoldOut), ColumnFile.Write(actual.HoldOut));
    }

    [Fact]
    public void Read_PartsThatCannotBeRead_TellsTheFirst()
    {
        byte[] csv = "a,b\n1,2\n"u8.ToArray();
        PartSource good = Part(csv, CsvFormat.Detect(csv, out _));
        PartSource Broken(string why) => good with { Open = () => throw new IOException(why), HasHeader = false };
        for (int threads = 1; threads <= 4; threads++)
        {
            IOException error = Assert.Throws<IOException>(() => SplitReader.Read([good, Broken("first"), Broken("second")], Scans.Infer(Scans.Of(csv)), Rule with { Key = [] }, threads, CancellationToken.None));
            Assert.Equal("first", error.Message);
        }
    }

    private static PartSource Part(byte[] bytes, DataFormat format, bool hasHeader = true) => new(() => new MemoryStream(bytes), format, hasHeader);

    private static string? Present(string value) => ValueParser.IsMissing(Encoding.UTF8.GetBytes(value)) ? null : value;

    private static IEnumerable<string?> Texts(Table table, string name)
    {
        var column = (CategoryColumn)table[name];
        return column.Codes.ToArray().Select(code => code < 0 ? null : column.Vocabulary[code]);
    }

    private static string Customers(int rows) => Scans.Table("id,x", rows, i => $"{i},{i % 3}");

    private static HashSet<double> Ids(Table table) => [.. ((NumericColumn)table["id"]).Values.ToArray()];

    private static SplitTables Read(string csv, SplitRule rule)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(csv);
        CsvFormat format = CsvFormat.Detect(bytes, out _);
        return SplitReader.Read([Part(bytes, format)], Scans.Infer(Scans.Of(bytes)), rule, 2, CancellationToken.None);
    }
}

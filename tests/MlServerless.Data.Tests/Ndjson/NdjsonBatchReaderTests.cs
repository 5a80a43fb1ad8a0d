using System.Text;
using FsCheck;
using MlServerless.Data.Tests.Csv;

namespace MlServerless.Data.Tests.Ndjson;

public class NdjsonBatchReaderTests
{
    [Fact]
    public void Read_JsonLikeBytes_AgreesWithTheRules() =>
        Properties.Check(
            from bytes in Properties.NdjsonBytes(40)
            from piece in Gen.Choose(1, 50)
            select (Bytes: bytes, Piece: piece),
            sample => AssertAgrees(sample.Bytes, sample.Piece),
            3000);

    [Fact]
    public void Read_JsonRows_AgreesWithTheRules() =>
        Properties.Check(
            from rows in Gen.ListOf(Properties.JsonRow)
            from piece in Gen.Choose(1, 50)
            select (Bytes: Encoding.UTF8.GetBytes(string.Join("\n", rows)), Piece: piece),
            sample => AssertAgrees(sample.Bytes, sample.Piece),
            1000);

    [Fact]
    public void Read_AnyBytes_AgreesWithTheRules() =>
        Properties.Check(Properties.AnyBytes(400), bytes => AssertAgrees(bytes, 7), 1000);

    [Theory]
    [InlineData("""{"a":1,"b":"x"}""", "a=1|b=x")]
    [InlineData("""{ "a" : -1.5e+3 , "b" : true } """, "a=-1.5e+3|b=true")]
    [InlineData("""{"a":{"b":{"c":1},"d":false},"e":2}""", "a.b.c=1|a.d=false|e=2")]
    [InlineData("""{"a":[1, {"b":"\u00e9"}],"c":[]}""", """a=[1, {"b":"\u00e9"}]|c=[]""")]
    [InlineData("""{"a":null,"b":""}""", "a=|b=")]
    [InlineData("""{"\u0061\"":"\u00e9\ud83d\ude00\\\/\b\f\n\r\t"}""", "a\"=é😀\\/\b\f\n\r\t")]
    [InlineData("""{"a":{}}""", "")]
    [InlineData("{}", "")]
    public void Read_OneLine_GivesItsMembers(string json, string expected)
    {
        ReadRow row = Assert.Single(Read(Encoding.UTF8.GetBytes(json), 1000));
        Assert.Equal(RowFault.None, row.Fault);
        Assert.Equal(expected, string.Join("|", row.Fields!.Select(field => $"{field.Key}={field.Value}")));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("1")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1}}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":+1}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{'a':1}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("""{"a":"\ud83d"}""")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a.b":1,"a":{"b":2}}""")]
    [InlineData("""{"":1}""")]
    public void Read_WrongLine_IsAtFault(string json) =>
        Assert.Equal([RowFault.MalformedJson, RowFault.None], Read(Encoding.UTF8.GetBytes(json + "\n{\"z\":1}"), 1000).Select(row => row.Fault));

    [Fact]
    public void Read_NulAndBytesThatAreNotUtf8_OnlyTheirRowIsAtFault()
    {
        byte[] json = [.. "{\"a\":1}\n{\"a\":\""u8, 0xE9, .. "\"}\n{\"a\":\"\\u0000\"}\n{\"a\":2}\n"u8];
        Assert.Equal([RowFault.None, RowFault.NotUtf8, RowFault.NulByte, RowFault.None], Read(json, 1000).Select(row => row.Fault));
    }

    [Fact]
    public void Read_ByteOrderMarkBlankLinesAndReturns_AreNoRows() =>
        Assert.Equal(2, Read([0xEF, 0xBB, 0xBF, .. "\r\n  \n{\"a\":1}\r\n\n{\"a\":2}"u8], 1).Count);

    [Fact]
    public void Read_WrongLine_BringsNoColumns()
    {
        var reader = new NdjsonBatchReader(new MemoryStream("{\"x\":1,\"y\":}\n{\"b\":1}\n{\"y\":1,\"b\":2}\n"u8.ToArray()), NdjsonFormat.Discover, isFirst: true);
        Assert.True(reader.Read(CancellationToken.None));
        Assert.Equal(["b", "y"], reader.ColumnNames);
    }

    [Fact]
    public void Read_NestingBeyondTheLimit_IsAtFault()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{\"a\":1}" + new string('}', depth - 1));
        Assert.Equal(RowFault.None, Read(Nested(64), 1000)[0].Fault);
        Assert.Equal(RowFault.MalformedJson, Read(Nested(65), 1000)[0].Fault);
        Assert.Equal(RowFault.MalformedJson, Read(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 1_000_000)), 1 << 20)[0].Fault);
    }

    [Fact]
    public void Read_ManyColumns_WidensBatches()
    {
        var json = new StringBuilder();
        for (int i = 0; i < 3000; i++)
            json.Append($"{{\"c{i}\":{i},\"all\":1,\"c{i / 2}x\":\"é\"}}\n");
        List<ReadRow> rows = Read(Encoding.UTF8.GetBytes(json.ToString()), 4096);
        Assert.Equal(3000, rows.Count);
        Assert.All(rows.Index(), row => Assert.Equal(row.Index.ToString(), row.Item.Fields![$"c{row.Index}"]));
    }

    [Theory]
    [InlineData(DataFormat.MaxColumns, false)]
    [InlineData(DataFormat.MaxColumns + 1, true)]
    public void Read_TooManyColumns_EndsTheReading(int columns, bool tooMany)
    {
        byte[] json = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, columns).Chunk(100).Select(names => "{" + string.Join(",", names.Select(i => $"\"c{i}\":1")) + "}\n")));
        PartScan scan = PartScan.Scan(new MemoryStream(json), NdjsonFormat.Discover, hasHeader: true, null, CancellationToken.None);
        Assert.Equal(tooMany, scan.HasTooManyColumns);
        Assert.Equal(tooMany ? 0 : columns, scan.ColumnNames.Count);

        // Where columns are known, others do not matter, however many there are.
        var known = new NdjsonBatchReader(new MemoryStream(json), new NdjsonFormat { Columns = ["c7", "c9999"] }, isFirst: true);
        int rows = 0;
        while (known.Read(CancellationToken.None))
            rows += known.Rows;
        Assert.Equal((columns + 99) / 100, rows);
        Assert.Equal(2, known.ColumnNames.Count);
    }

    [Fact]
    public void Read_LineOfManyMegabytes_IsPassedOverAndReported()
    {
        byte[] json = [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', RowBatchReader.MaxRowBytes * 3), .. "\"}\n{\"a\":1}\n"u8];
        Assert.Equal([RowFault.TooLong, RowFault.None], Read(json, 1 << 20).Select(row => row.Fault));
        byte[] half = [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', RowBatchReader.MaxRowBytes / 2), .. "\"}\n{\"a\":1}\n"u8];
        Assert.Equal([RowFault.None, RowFault.None], Read(half, 1 << 20).Select(row => row.Fault));
    }

    private static void AssertAgrees(byte[] bytes, int piece)
    {
        List<Dictionary<string, string>?> expected = ReferenceNdjson.Read(bytes);
        List<ReadRow> actual = Read(bytes, piece);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < actual.Count; i++)
        {
            Assert.Equal(expected[i] is null, actual[i].Fault != RowFault.None);
            if (expected[i] is { } members)
                Assert.Equal(members, actual[i].Fields!);
        }
    }

    private static List<ReadRow> Read(byte[] json, int piece)
    {
        var reader = new NdjsonBatchReader(new TricklingStream(json, piece), NdjsonFormat.Discover, isFirst: true);
        var rows = new List<ReadRow>();
        while (reader.Read(CancellationToken.None))
        {
            Assert.Equal(rows.Count, reader.RowsBefore);
            for (int row = 0; row < reader.Rows; row++)
                rows.Add(new ReadRow(reader.Faults[row], reader.Faults[row] == RowFault.None ? Fields(reader, row) : null));
        }

        return rows;
    }

    private static Dictionary<string, string> Fields(NdjsonBatchReader reader, int row)
    {
        var fields = new Dictionary<string, string>();
        for (int column = 0; column < reader.ColumnNames.Count; column++)
        {
            Cell cell = reader.Cells[(row * reader.Stride) + column];
            if (cell != default)
                fields.Add(reader.ColumnNames[column], Encoding.UTF8.GetString(reader.Buffer, cell.Start, cell.Length));
        }

        return fields;
    }

    private sealed record ReadRow(RowFault Fault, Dictionary<string, string>? Fields);
}

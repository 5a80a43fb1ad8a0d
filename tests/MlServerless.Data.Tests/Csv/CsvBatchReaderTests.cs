using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Csv;

public class CsvBatchReaderTests
{
    [Fact]
    public void Read_CsvLikeBytes_AgreesWithTheRules() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(60)
            from columns in Gen.Choose(1, 4)
            from piece in Gen.Choose(1, 50)
            select (Bytes: bytes, Columns: columns, Piece: piece),
            sample => AssertAgrees(sample.Bytes, sample.Columns, sample.Piece),
            3000);

    [Fact]
    public void Read_AnyBytes_AgreesWithTheRules() =>
        Properties.Check(Properties.AnyBytes(400), bytes => AssertAgrees(bytes, 2, 7), 1000);

    [Theory]
    [InlineData("a,b\n1,2\n", "a|b;1|2")]
    [InlineData("a,b\r\n1,2", "a|b;1|2")]
    [InlineData("a,b\r1,2\r", "a|b;1|2")]
    [InlineData("\n\na,b\n\n\r\n1,2\n\n", "a|b;1|2")]
    [InlineData("\"a\",\"b\"\"c\"\n", "a|b\"c")]
    [InlineData("\"a\r\nb\",\"c,d\"\n", "a\r\nb|c,d")]
    [InlineData("5\" pipe,x\n", "5\" pipe|x")]
    [InlineData("\"\",\n", "|")]
    [InlineData("é,日本\n", "é|日本")]
    public void Read_TwoColumns_GivesTheirFields(string csv, string expected) =>
        Assert.Equal(expected, string.Join(";", Read(Encoding.UTF8.GetBytes(csv), 2, 1000).Select(row => string.Join("|", row.Fields!.Select(Encoding.UTF8.GetString)))));

    [Theory]
    [InlineData("1,2,3\n", (int)RowFault.Ragged)]
    [InlineData("1\n", (int)RowFault.Ragged)]
    [InlineData("\"a\"b,2\n", (int)RowFault.MalformedQuote)]
    [InlineData("\"a,2\n", (int)RowFault.UnterminatedQuote)]
    [InlineData("a\0,2\n", (int)RowFault.NulByte)]
    public void Read_WrongRow_HasItsFault(string csv, int fault) =>
        Assert.Equal((RowFault)fault, Assert.Single(Read(Encoding.UTF8.GetBytes(csv), 2, 1000)).Fault);

    [Fact]
    public void Read_BytesThatAreNotUtf8_OnlyTheirRowIsAtFault()
    {
        byte[] csv = [.. "é,1\n"u8, 0xE9, .. ",2\n3,4\n"u8];
        Assert.Equal([RowFault.None, RowFault.NotUtf8, RowFault.None], Read(csv, 2, 1000).Select(row => row.Fault));
    }

    [Fact]
    public void Read_ManyRows_CrossesBuffersAndBatches()
    {
        var csv = new StringBuilder();
        for (int i = 0; i < 60_000; i++)
            csv.Append(i).Append(i % 3 == 0 ? ",\"multi\nline, é\"\r\n" : ",plain text of some length\n");
        List<ReadRow> rows = Read(Encoding.UTF8.GetBytes(csv.ToString()), 2, 100_000);
        Assert.Equal(60_000, rows.Count);
        Assert.All(rows.Select((row, i) => (row, i)), pair => Assert.Equal(pair.i.ToString(), Encoding.UTF8.GetString(pair.row.Fields![0])));
        Assert.Equal(20_000, rows.Count(row => Encoding.UTF8.GetString(row.Fields![1]) == "multi\nline, é"));
    }

    [Fact]
    public void Read_RowOfManyMegabytes_IsPassedOverAndReported()
    {
        byte[] longRow = [.. "a,"u8, .. new byte[RowBatchReader.MaxRowBytes * 3].AsSpan().ToArray().Select(_ => (byte)'x'), .. "\n1,2\n"u8];
        Assert.Equal([RowFault.TooLong, RowFault.None], Read(longRow, 2, 1 << 20).Select(row => row.Fault));
    }

    [Fact]
    public void Read_OpenQuoteOverManyMegabytes_IsReportedAsSuch()
    {
        byte[] open = [.. "1,2\n\"a,"u8, .. Enumerable.Repeat((byte)'\n', RowBatchReader.MaxRowBytes * 2)];
        Assert.Equal([RowFault.None, RowFault.UnterminatedQuote], Read(open, 2, 1 << 20).Select(row => row.Fault));
    }

    [Fact]
    public void Read_RowOfHalfTheLimit_IsRead()
    {
        byte[] value = [.. Enumerable.Repeat((byte)'y', RowBatchReader.MaxRowBytes / 2)];
        List<ReadRow> rows = Read([.. "a,\""u8, .. value, .. "\"\nb,c\n"u8], 2, 1 << 20);
        Assert.Equal(value.Length, rows[0].Fields![1].Length);
        Assert.Equal("c", Encoding.UTF8.GetString(rows[1].Fields![1]));
    }

    private static void AssertAgrees(byte[] bytes, int columns, int piece)
    {
        List<ReferenceCsv.Row> expected = ReferenceCsv.Read(bytes, (byte)',');
        List<ReadRow> actual = Read(bytes, columns, piece);
        Assert.Equal(expected.Count, actual.Count);
        if (System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0))
            Assert.DoesNotContain(actual, row => row.Fault is RowFault.NotUtf8 or RowFault.NulByte);
        for (int i = 0; i < actual.Count; i++)
        {
            if (actual[i].Fault is RowFault.NotUtf8 or RowFault.NulByte)
                continue;
            RowFault fault = expected[i].Unterminated ? RowFault.UnterminatedQuote
                : expected[i].Malformed ? RowFault.MalformedQuote
                : expected[i].Fields.Count != columns ? RowFault.Ragged
                : RowFault.None;
            Assert.Equal(fault, actual[i].Fault);
            if (fault == RowFault.None)
                Assert.Equal(expected[i].Fields, actual[i].Fields);
        }
    }

    private static List<ReadRow> Read(byte[] csv, int columns, int piece)
    {
        var format = new CsvFormat { Delimiter = ',', Columns = [.. Enumerable.Range(0, columns).Select(i => $"c{i}")], HeaderBytes = 0 };
        var reader = new CsvBatchReader(new TricklingStream(csv, piece), format, hasHeader: true);
        var rows = new List<ReadRow>();
        while (reader.Read(CancellationToken.None))
        {
            Assert.Equal(rows.Count, reader.RowsBefore);
            for (int row = 0; row < reader.Rows; row++)
            {
                byte[][]? fields = reader.Faults[row] != RowFault.None
                    ? null
                    : [.. Enumerable.Range(row * columns, columns).Select(i => reader.Buffer.AsSpan(reader.Cells[i].Start, reader.Cells[i].Length).ToArray())];
                rows.Add(new ReadRow(reader.Faults[row], fields));
            }
        }

        return rows;
    }

    private sealed record ReadRow(RowFault Fault, byte[][]? Fields);
}

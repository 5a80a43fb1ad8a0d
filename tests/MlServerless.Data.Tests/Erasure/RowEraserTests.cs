using System.Text;
using System.Text.Unicode;
using FsCheck;
using MlServerless.Data.Tests.Csv;
using MlServerless.Data.Tests.Ndjson;

namespace MlServerless.Data.Tests.Erasure;

public class RowEraserTests
{
    private static readonly CsvFormat TwoColumns = new() { Delimiter = ',', Columns = ["x", "y"], HeaderBytes = 0 };

    [Fact]
    public void Erase_CsvLikeBytes_LeavesOutExactlyTheRowsWithTheKey() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(60)
            from key in Gen.Elements("a", "1", "", "a,", "é")
            from piece in Gen.Choose(1, 30)
            select (Bytes: bytes, Key: key, Piece: piece),
            sample =>
            {
                var expected = new List<byte>();
                long count = 0;
                int start = 0;
                foreach (ReferenceCsv.Row row in ReferenceCsv.Read(sample.Bytes, (byte)',', keepBlank: true))
                {
                    byte[] raw = sample.Bytes[start..row.Next];
                    start = row.Next;
                    bool isBlank = raw.All(b => b is (byte)'\r' or (byte)'\n');
                    if (!isBlank && !row.Malformed && !row.Unterminated && row.Fields.Count == 2 && Encoding.UTF8.GetString(row.Fields[0]) == sample.Key)
                        count++;
                    else
                        expected.AddRange(raw);
                }

                Assert.Equal((count, Encoding.UTF8.GetString([.. expected])), Erase(sample.Bytes, TwoColumns, ["x"], [sample.Key], sample.Piece));
            },
            2000);

    [Fact]
    public void Erase_JsonLikeBytes_LeavesOutExactlyTheRowsWithTheKey() =>
        Properties.Check(
            from bytes in Properties.NdjsonBytes(30)
            from key in Gen.Elements("x", "1", "", "é", "a\nb")
            from piece in Gen.Choose(1, 30)
            select (Bytes: bytes, Key: key, Piece: piece),
            sample =>
            {
                int start = sample.Bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
                List<byte> expected = [.. sample.Bytes[..start]];
                long count = 0;
                while (start < sample.Bytes.Length)
                {
                    int found = sample.Bytes.AsSpan(start).IndexOf((byte)'\n');
                    int next = found < 0 ? sample.Bytes.Length : start + found + 1;
                    byte[] raw = sample.Bytes[start..next];
                    start = next;
                    if (ReferenceNdjson.Read([(byte)' ', .. raw]) is [{ } members] && members.GetValueOrDefault("a", "") == sample.Key)
                        count++;
                    else
                        expected.AddRange(raw);
                }

                Assert.Equal((count, Encoding.UTF8.GetString([.. expected])), Erase(sample.Bytes, NdjsonFormat.Discover, ["a"], [sample.Key], sample.Piece));
            },
            2000);

    [Fact]
    public void Erase_AnyBytes_LosesNothingWithoutTheKey() =>
        Properties.Check(
            Properties.AnyBytes(400),
            bytes =>
            {
                foreach (DataFormat format in new DataFormat[] { TwoColumns, NdjsonFormat.Discover })
                {
                    var output = new MemoryStream();
                    Assert.Equal(0, RowEraser.Erase(new TricklingStream(bytes, 9), format, true, ["x"], [["no such value"]], output, CancellationToken.None));
                    Assert.Equal(bytes, output.ToArray());
                }
            },
            1000);

    [Fact]
    public void Erase_HeaderAndMalformedRows_Stay()
    {
        byte[] csv = Encoding.UTF8.GetBytes("\uFEFFid;name\r\n7;\"a \"\"b\"\"\nc\"\r\n8;x\r\n7;y;z\r\n\"7\";é\r\n\r\n7;");
        (long removed, string rest) = Erase(csv, CsvFormat.Detect(csv, out _), ["id"], ["7"], 5);
        Assert.Equal((3, "\uFEFFid;name\r\n8;x\r\n7;y;z\r\n\r\n"), (removed, rest));
    }

    [Fact]
    public void Erase_KeyOfSeveralColumns_IsComparedAsAWhole()
    {
        byte[] csv = "a,b,c\n1,23,x\n12,3,y\n1,3,z\n"u8.ToArray();
        var output = new MemoryStream();
        Assert.Equal(2, RowEraser.Erase(new MemoryStream(csv), CsvFormat.Detect(csv, out _), true, ["b", "a"], [["3", "12"], ["3", "1"], ["1", "3"]], output, CancellationToken.None));
        Assert.Equal("a,b,c\n1,23,x\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Erase_KeyWithAnotherNumberOfValues_IsRefused() =>
        Assert.Throws<ArgumentException>(() => RowEraser.Erase(Stream.Null, TwoColumns, true, ["x"], [["1", "2"]], Stream.Null, CancellationToken.None));

    [Fact]
    public void Erase_RowsOfManyMegabytes_StayAndTheRowsAroundGo()
    {
        byte[] giant = [.. "k,\""u8, .. Enumerable.Repeat((byte)'\n', RowBatchReader.MaxRowBytes * 4), .. "\"\n"u8];
        byte[] large = [.. "k,"u8, .. Enumerable.Repeat((byte)'x', RowBatchReader.MaxRowBytes / 2), .. "\n"u8];
        byte[] csv = [.. "x,y\n"u8, .. large, .. giant, .. "k,1\nz,2\n"u8, .. large];
        var output = new MemoryStream();
        Assert.Equal(3, RowEraser.Erase(new MemoryStream(csv), CsvFormat.Detect("x,y\n"u8, out _), true, ["x"], [["k"]], output, CancellationToken.None));
        Assert.True(output.ToArray().AsSpan().SequenceEqual([.. "x,y\n"u8, .. giant, .. "z,2\n"u8]));
    }

    private static (long Removed, string Left) Erase(byte[] bytes, DataFormat format, string[] columns, string[] key, int piece)
    {
        var output = new MemoryStream();
        long removed = RowEraser.Erase(new TricklingStream(bytes, piece), format, true, columns, [key], output, CancellationToken.None);
        Assert.True(Utf8.IsValid(output.ToArray()) || !Utf8.IsValid(bytes));
        return (removed, Encoding.UTF8.GetString(output.ToArray()));
    }
}

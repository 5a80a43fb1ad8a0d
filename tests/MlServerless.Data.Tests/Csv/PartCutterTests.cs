using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Csv;

public class PartCutterTests
{
    [Fact]
    public void Cut_CsvLikeBytes_CutsOnlyAtRowEndsAndLosesNothing() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(80)
            from partBytes in Gen.Choose(1, 40)
            from piece in Gen.Choose(1, 20)
            select (Bytes: bytes, PartBytes: partBytes, Piece: piece),
            sample =>
            {
                List<byte[]> parts = Cut(sample.Bytes, sample.PartBytes, sample.Piece);
                Assert.Equal(sample.Bytes, parts.SelectMany(part => part));
                var rowEnds = ReferenceCsv.Read(sample.Bytes, (byte)',', keepBlank: true).Select(row => row.Next).ToHashSet();
                int position = 0;
                foreach (byte[] part in parts)
                {
                    Assert.NotEmpty(part);
                    int next = rowEnds.Where(end => end >= position + sample.PartBytes).DefaultIfEmpty(sample.Bytes.Length).Min();
                    position += part.Length;
                    Assert.Equal(next, position);
                }
            },
            1500);

    [Fact]
    public void Cut_AnyBytes_LosesNothing() =>
        Properties.Check(
            Properties.AnyBytes(300),
            bytes => Assert.Equal(bytes, Cut(bytes, 10, 7).SelectMany(part => part)),
            1000);

    [Fact]
    public void Cut_TextThatMattersAtEveryBorder_GivesTheSameScan()
    {
        byte[] csv = Encoding.UTF8.GetBytes("\uFEFF\"na\r\nme\",é\r\n\"a \"\"q\"\"\r\n,\",日本\r\n\r\n😀,\"\"\r\n1,2,3\r\n\"\n\n\",\"\"\"\"\r\nlast,\"é\"");
        byte[] expected = Scans.Of(csv).ToCanonicalJson();
        CsvFormat format = CsvFormat.Detect(csv, ',', out _);
        for (int partBytes = 1; partBytes <= csv.Length; partBytes++)
        {
            List<byte[]> parts = Cut(csv, partBytes, 3);
            Assert.Equal(csv, parts.SelectMany(part => part));
            PartScan[] scans = [.. parts.Select((part, i) => PartScan.Scan(new MemoryStream(part), format with { HeaderBytes = Math.Min(format.HeaderBytes, part.Length) }, hasHeader: i == 0, null, CancellationToken.None))];
            Assert.Equal(expected, PartScan.Merge(scans).ToCanonicalJson());
        }
    }

    [Fact]
    public void Cut_OpaqueContent_IsCutAfterAnyByte() =>
        Properties.Check(
            from bytes in Properties.AnyBytes(200)
            from partBytes in Gen.Choose(1, 30)
            select (Bytes: bytes, PartBytes: partBytes),
            sample => Assert.Equal(sample.Bytes.Chunk(sample.PartBytes), Cut(sample.Bytes, sample.PartBytes, 7, _ => null)),
            300);

    [Fact]
    public void Cut_EmptyUpload_GivesNoPart() => Assert.Empty(Cut([], 10, 1));

    [Fact]
    public void Cut_ByteOrderMarkBeforeAQuote_IsNoPartOfTheField()
    {
        byte[] csv = [0xEF, 0xBB, 0xBF, .. "\"a\nb\",c\n1,2\n"u8];
        Assert.Equal(csv.Length - 4, Cut(csv, 6, 100)[0].Length);
    }

    [Fact]
    public void Cut_OpenQuote_KeepsMemoryBounded()
    {
        byte[] open = [.. "a,b\n\""u8, .. Enumerable.Repeat((byte)'\n', RowBatchReader.MaxRowBytes * 3)];
        List<byte[]> parts = Cut(open, 1000, 1 << 20);
        Assert.True(open.AsSpan().SequenceEqual(parts.SelectMany(part => part).ToArray()));
        Assert.All(parts, part => Assert.InRange(part.Length, 1, 1003 + RowBatchReader.MaxRowBytes));
    }

    [Fact]
    public void Cut_PartsLargerThanTheFirstBuffer_Grow()
    {
        byte[] csv = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i},some value\n")));
        List<byte[]> parts = Cut(csv, 3 << 20, 1 << 16);
        Assert.True(csv.AsSpan().SequenceEqual(parts.SelectMany(part => part).ToArray()));
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, 3 << 20, (3 << 20) + 30));
    }

    internal static List<byte[]> Cut(byte[] upload, int partBytes, int piece) => Cut(upload, partBytes, piece, head => DataFormat.Recognize(head, ',', out _));

    private static List<byte[]> Cut(byte[] upload, int partBytes, int piece, FormatChoice choose)
    {
        var parts = new List<byte[]>();
        IAsyncEnumerator<ReadOnlyMemory<byte>> cut = PartCutter.CutAsync(new TricklingStream(upload, piece), partBytes, choose, CancellationToken.None).GetAsyncEnumerator();
        while (cut.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            parts.Add(cut.Current.ToArray());
        return parts;
    }
}

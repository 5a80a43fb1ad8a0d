using System.IO.Compression;
using System.Text;
using FsCheck;
using MlServerless.Data.Tests.Csv;

namespace MlServerless.Data.Tests.Uploads;

public class DecodedUploadStreamTests
{
    [Fact]
    public void Read_MembersInAnyPieces_GivesWhatWasCompressed() =>
        Properties.Check(
            from members in Gen.ListOf(Properties.AnyBytes(300))
            from piece in Gen.Choose(1, 40)
            from isAsync in Gen.Elements(true, false)
            select (Members: members, Piece: piece, IsAsync: isAsync),
            sample =>
            {
                byte[] upload = [.. sample.Members.SelectMany(Gzip)];
                Assert.Equal(sample.Members.SelectMany(bytes => bytes), Decode(upload, sample.Piece, sample.IsAsync));
            },
            500);

    [Fact]
    public void Read_BytesThatAreNoGzip_GivesThem() =>
        Properties.Check(
            Properties.AnyBytes(200).Where(bytes => bytes is not [0x1F, 0x8B, ..]),
            bytes => Assert.Equal(bytes, Decode(bytes, 7, isAsync: true)),
            300);

    [Fact]
    public void Read_AnyBytesAfterTheSignature_AreDecodedOrRefused() =>
        Properties.Check(
            Properties.AnyBytes(300),
            bytes => Refuses(() => Decode([0x1F, 0x8B, .. bytes], 11, isAsync: false)),
            1000);

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        byte[] member = Gzip(Sample(2000));
        for (int length = 2; length < member.Length; length++)
        {
            AssertCorrupt(member[..length]);
            if (length > 2)
                AssertCorrupt([.. member, .. member[..(length - 2)]]);
        }
    }

    [Fact]
    public void Read_AnyBitFlipped_IsRefusedOrOfNoEffect()
    {
        byte[] content = Sample(500);
        byte[] member = Gzip(content);
        for (int i = 2; i < member.Length; i++)
        {
            byte[] damaged = [.. member];
            damaged[i] ^= 4;

            // What the header tells of time, system and level does not matter.
            if (Refuses(() => Assert.Equal(content, Decode(damaged, 100, isAsync: false))))
                continue;
            Assert.InRange(i, 3, 9);
        }
    }

    [Fact]
    public void Read_FollowedBySomethingElse_IsRefused()
    {
        AssertCorrupt([.. Gzip(Sample(10)), .. new byte[100]]);
        AssertCorrupt([.. Gzip(Sample(10)), .. "id,x\n"u8]);
        AssertCorrupt([.. Gzip(Sample(10)), 0x1F]);
    }

    [Fact]
    public async Task Read_MoreThanTheLimit_IsRefusedEarly()
    {
        byte[] bomb = Gzip(new byte[50_000_000]);
        DecodedUploadStream upload = await DecodedUploadStream.OpenAsync(new MemoryStream(bomb), 1_000_000, CancellationToken.None);
        var exception = Assert.Throws<DecodingException>(() => upload.CopyTo(Stream.Null));
        Assert.Equal(FindingCodes.DecodedTooLarge, exception.Finding.Code);
        Assert.InRange(upload.BytesTaken, 1, bomb.Length / 2);
        Assert.Equal(1000, Decode(Gzip(Sample(1000)), 50, isAsync: true, maxBytes: 1000).Length);
        Assert.Throws<DecodingException>(() => Decode(Gzip(Sample(1001)), 50, isAsync: true, maxBytes: 1000));
    }

    [Fact]
    public async Task BytesTaken_AtTheEnd_IsTheSizeOfTheUpload()
    {
        byte[] member = Gzip(Sample(100_000));
        DecodedUploadStream upload = await DecodedUploadStream.OpenAsync(new TricklingStream(member, 100), 1 << 20, CancellationToken.None);
        Assert.True(upload.IsCompressed);
        upload.CopyTo(Stream.Null);
        Assert.Equal(member.Length, upload.BytesTaken);
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(bytes);

        // The framework writes nothing at all for nothing.
        return compressed.ToArray() is { Length: > 0 } member ? member : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 10, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Sample(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * i % 23)))));

    private static void AssertCorrupt(byte[] upload) =>
        Assert.Equal(FindingCodes.CorruptGzip, Assert.Throws<DecodingException>(() => Decode(upload, 37, isAsync: true)).Finding.Code);

    private static bool Refuses(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (DecodingException)
        {
            return true;
        }
    }

    private static byte[] Decode(byte[] upload, int piece, bool isAsync, long maxBytes = 1 << 20)
    {
        using DecodedUploadStream decoded = DecodedUploadStream.OpenAsync(new TricklingStream(upload, piece), maxBytes, CancellationToken.None).GetAwaiter().GetResult();
        var bytes = new MemoryStream();
        if (isAsync)
            decoded.CopyToAsync(bytes, 333).GetAwaiter().GetResult();
        else
            decoded.CopyTo(bytes, 333);
        return bytes.ToArray();
    }
}

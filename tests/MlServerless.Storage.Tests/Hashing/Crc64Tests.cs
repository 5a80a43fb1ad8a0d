using System.IO.Hashing;
using System.Text;

namespace MlServerless.Storage.Tests.Hashing;

public class Crc64Tests
{
    // The check value of CRC-64/ECMA-182 and further strings, as the catalogue of parametrised CRC algorithms and the package's own tests give them.
    [Theory]
    [InlineData("", "0000000000000000")]
    [InlineData("123456789", "6C40DF5F0B497347")]
    [InlineData("The quick brown fox jumps over the lazy dog", "41E05242FFA9883B")]
    public void Hash_KnownVectors(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(Crc64.Hash(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Append_InPieces_EqualsWhole()
    {
        byte[] data = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 31))];
        var crc = new Crc64();
        for (int start = 0; start < data.Length; start += 77)
        {
            crc.Append(data.AsSpan(start, Math.Min(77, data.Length - start)));
        }

        Assert.Equal(Crc64.Hash(data), crc.GetCurrentHash());
        Assert.Equal(Crc64.Hash(data), crc.GetHashAndReset());
        Assert.Equal(new byte[8], crc.GetCurrentHash());
    }

    [Fact]
    public async Task AppendAsync_Stream_EqualsBytes()
    {
        byte[] data = [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i ^ (i >> 8)))];
        var asynchronous = new Crc64();
        await asynchronous.AppendAsync(new MemoryStream(data));
        var synchronous = new Crc64();
        synchronous.Append(new MemoryStream(data));

        Assert.Equal(Crc64.Hash(data), asynchronous.GetCurrentHash());
        Assert.Equal(Crc64.Hash(data), synchronous.GetCurrentHash());
    }

    [Fact]
    public void GetCurrentHash_ShortDestination_Throws()
    {
        var crc = new Crc64();
        Assert.Equal(8, crc.HashLengthInBytes);
        Assert.False(crc.TryGetCurrentHash(new byte[7], out int written));
        Assert.Equal(0, written);
        Assert.Throws<ArgumentException>(() => crc.GetCurrentHash(new byte[7]));
        Assert.Throws<ArgumentException>(() => Crc64.Hash([1], new byte[7]));
        Assert.Equal(8, crc.GetHashAndReset(new byte[9]));
    }
}

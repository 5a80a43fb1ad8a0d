using System.Numerics;
using System.Text;

namespace MlServerless.Data.Tests.Sketches;

public class StableHashTests
{
    /// <summary>Stored samples and sketches depend on these.</summary>
    [Theory]
    [InlineData("", "41d7f73369ebd802")]
    [InlineData("a", "35ab7999e001f897")]
    [InlineData("abcd", "37c98372381fb410")]
    [InlineData("12345678", "59bef1b517cacae2")]
    [InlineData("a longer value of more than sixteen bytes", "bb5b4ded3fa16e32")]
    public void Of_NeverChanges(string value, string expected) => Assert.Equal(expected, StableHash.Of(Encoding.UTF8.GetBytes(value)).ToString("x16"));

    [Fact]
    public void OfShort_AnyLengthBeforeOtherBytes_IsTheSame()
    {
        for (int length = 0; length <= StableHash.ShortLength; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)(i * 37 + length))];
            Assert.Equal(StableHash.Of(bytes.AsSpan(3, length)), StableHash.OfShort(ref bytes[3], length));
        }
    }

    [Fact]
    public void Of_OneBitFlipped_ChangesHalfOfTheHash()
    {
        long changed = 0;
        int trials = 0;
        for (int length = 1; length <= 40; length++)
        {
            byte[] value = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
            ulong before = StableHash.Of(value);
            for (int bit = 0; bit < length * 8; bit++)
            {
                value[bit / 8] ^= (byte)(1 << (bit % 8));
                changed += BitOperations.PopCount(before ^ StableHash.Of(value));
                value[bit / 8] ^= (byte)(1 << (bit % 8));
                trials++;
            }
        }

        Assert.InRange(changed / (double)trials, 31, 33);
    }
}

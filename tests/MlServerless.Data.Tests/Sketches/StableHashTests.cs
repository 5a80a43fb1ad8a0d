using System.Numerics;
using System.Text;

namespace MlServerless.Data.Tests.Sketches;

public class StableHashTests
{
    /// <summary>Stored samples and sketches depend on these.</summary>
    [Theory]
    [InlineData("", "41d7f73369ebd802")]
    [InlineData("a", "06517aee16d09c99")]
    [InlineData("abcd", "6abb055dd58609f5")]
    [InlineData("12345678", "111af353ddb24572")]
    [InlineData("a longer value of more than sixteen bytes", "33e7c8b93e12697d")]
    public void Of_NeverChanges(string value, string expected) => Assert.Equal(expected, StableHash.Of(Encoding.UTF8.GetBytes(value)).ToString("x16"));

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

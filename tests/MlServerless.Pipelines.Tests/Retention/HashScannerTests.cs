using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Retention;

namespace MlServerless.Pipelines.Tests.Retention;

public sealed class HashScannerTests
{
    private static readonly string Hash = ContentHash.Of("x"u8).Hex;

    [Theory]
    [InlineData("{0}")]
    [InlineData("{{\"a\":\"{0}\"}}")]
    [InlineData("{{\"a\":[\"{0}\",\"0\"]}}")]
    [InlineData("version:{0}:churn")]
    [InlineData("é{0}é")]
    public void Collect_HashAnywhere_Found(string form)
    {
        var found = new HashSet<ContentHash>();

        HashScanner.Collect(Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Hash)), found);

        Assert.Equal(Hash, Assert.Single(found).Hex);
    }

    [Fact]
    public void Collect_OtherLengthsAndCases_NotFound()
    {
        var found = new HashSet<ContentHash>();

        HashScanner.Collect(Encoding.UTF8.GetBytes($"{Hash[1..]} {Hash}0 {Hash.ToUpperInvariant()} {Hash[..32]}-{Hash[32..]}"), found);

        Assert.Empty(found);
    }
}

using System.Text;
using MlServerless.Pipelines.Comparisons;

namespace MlServerless.Pipelines.Tests.Comparisons;

public sealed class SpecChangesTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2],"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "$.a: 1 -> 2")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":1,"d e":null}}""", "$.a.c: 2 -> ; $.a['d e']:  -> null")]
    [InlineData("""{"l":[{"name":"x","v":1},{"name":"y","v":2}]}""", """{"l":[{"name":"y","v":3},{"name":"x","v":1}]}""", "$.l[?@.name=='y'].v: 2 -> 3")]
    [InlineData("""{"l":[{"v":1},{"v":2}]}""", """{"l":[{"v":1},{"v":3}]}""", "$.l[1].v: 2 -> 3")]
    [InlineData("""{"l":["a"]}""", """{"l":["a","b"]}""", """$.l: ["a"] -> ["a","b"]""")]
    [InlineData("""{"l":{}}""", """{"l":[]}""", "$.l: {} -> []")]
    public void Compare_TwoSpecs_NamesWhatDiffers(string a, string b, string expected) =>
        Assert.Equal(expected, string.Join("; ", SpecChanges.Compare(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b)).Select(change => $"{change.Path}: {change.A?.GetRawText()} -> {change.B?.GetRawText()}")));
}

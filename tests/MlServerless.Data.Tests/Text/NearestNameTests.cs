namespace MlServerless.Data.Tests.Text;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("tenure_month", "tenure_months")]
    [InlineData("max_leaves", "maxLeaves")]
    [InlineData("PLAN", "plan")]
    [InlineData("plna", "plan")]
    public void Find_Misspelt_GivesTheKnownName(string name, string meant) =>
        Assert.Equal(meant, NearestName.Find(name, ["region", "tenure_months", "maxLeaves", "plan"]));

    [Theory]
    [InlineData("x")]
    [InlineData("zzzzzzzz")]
    public void Find_NothingNear_IsNull(string name) => Assert.Null(NearestName.Find(name, ["region", "plan"]));

    [Fact]
    public void Find_NamesTooLongToCompare_AreLeftOut() =>
        Assert.Null(NearestName.Find(new string('a', 100_000), [new string('a', 100_000)]));

    [Fact]
    public void Find_EquallyNear_GivesTheFirst() => Assert.Equal("cat", NearestName.Find("bat", ["cat", "hat"]));

    [Fact]
    public void Hint_Near_AsksForIt() => Assert.Equal("did you mean 'plan'?", NearestName.Hint("plam", ["plan"]));
}

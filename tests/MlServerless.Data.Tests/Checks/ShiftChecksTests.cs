namespace MlServerless.Data.Tests.Checks;

public class ShiftChecksTests
{
    [Fact]
    public void Check_SameDistribution_IsSilent() => Assert.Empty(Compare(Rows(0, 2000), Rows(7, 2000)));

    [Fact]
    public void Check_MovedNumbers_AreTold()
    {
        Finding finding = Assert.Single(Compare(Rows(0, 2000), Rows(0, 2000, moved: 40)));

        Assert.Equal((FindingCodes.DistributionShift, Severity.Warning, "x"), (finding.Code, finding.Severity, finding.Column));
        Assert.Contains("PSI", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_MovedNumbersInAFewRows_AreNoFinding() => Assert.Empty(Compare(Rows(0, 100), Rows(0, 100, moved: 40)));

    [Fact]
    public void Check_WiderBands_AreSilent() =>
        Assert.Empty(Compare(Rows(0, 2000), Rows(0, 2000, moved: 3), new DriftOptions { Psi = 10, Wasserstein = 10, RateChange = 1 }));

    [Fact]
    public void Check_KeysAndTimes_AreLeftOut() =>
        Assert.Empty(Compare(Scans.Table("id,when", 2000, i => $"{i},2026-01-{i % 28 + 1:D2}"), Scans.Table("id,when", 2000, i => $"{i + 50_000},2026-05-{i % 28 + 1:D2}")));

    [Fact]
    public void Check_NewCategory_IsTold()
    {
        Finding finding = Assert.Single(Compare(Rows(0, 2000), Rows(0, 1990) + "1,5,gren\n1,5,gren\n"), found => found.Code == FindingCodes.NewCategories);

        Assert.Equal(("c", 2L), (finding.Column, finding.Count));
        Assert.Contains("'gren' (2)", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LostCategory_IsTold()
    {
        Finding finding = Assert.Single(Compare(Rows(0, 2000), Scans.Table("id,x,c", 2000, i => $"{i},{i % 100},{(i % 2 == 0 ? "red" : "green")}")), found => found.Code == FindingCodes.LostCategories);

        Assert.Equal("c", finding.Column);
        Assert.Contains("'blue'", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_RareCategoryIsNotThere_IsSilent() => Assert.Empty(Compare(Rows(0, 2000) + "1,5,once\n", Rows(0, 2000)));

    [Fact]
    public void Check_ColumnOfAnotherType_IsNotCompared() =>
        Assert.DoesNotContain(Compare(Scans.Table("x", 2000, i => $"{i}"), Scans.Table("x", 2000, i => $"v{i % 5}")), found => found.Code is FindingCodes.DistributionShift or FindingCodes.NewCategories);

    private static string Rows(int start, int count, int moved = 0) =>
        Scans.Table("id,x,c", count, i => $"{i},{(i * 37 + start) % 100 + moved},{(i % 3) switch { 0 => "red", 1 => "green", _ => "blue" }}");

    private static List<Finding> Compare(string before, string now, DriftOptions? shift = null)
    {
        PartScan former = Scans.Of(before);
        PartScan current = Scans.Of(now);
        DataSchema formerSchema = Scans.Infer(former);
        var previous = new PreviousVersion(DataProfile.From(former, formerSchema), TableSketch.Parse(TableSketch.Of(former, formerSchema).ToCanonicalJson()));
        string[] codes = [FindingCodes.DistributionShift, FindingCodes.NewCategories, FindingCodes.LostCategories];
        CheckReport report = DataChecks.Check(current, Scans.Infer(current), new CheckContext { Key = ["id"], Previous = previous, Shift = shift ?? new DriftOptions() });
        return [.. report.Findings.Where(finding => codes.Contains(finding.Code))];
    }
}

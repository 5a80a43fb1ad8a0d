namespace MlServerless.Data.Tests.Drift;

public class DriftCalculatorTests
{
    private static readonly TableSketch Reference = new Windows(1).Sketch(20_000);

    [Fact]
    public void Compare_SameDistribution_RaisesNoFalseAlarm()
    {
        int alarms = 0;
        for (int seed = 100; seed < 140; seed++)
            alarms += DriftCalculator.Compare(Reference, new Windows(seed).Sketch(500 + seed * 7), new DriftOptions()).Verdict == DriftVerdicts.Drift ? 1 : 0;
        Assert.Equal(0, alarms);
    }

    [Fact]
    public void Compare_ShiftOfAThirdOfADeviation_IsDrift()
    {
        DriftResult result = Compare(new Windows(2) { Shift = 0.3 }.Sketch(5000));
        FeatureDrift normal = AssertOnly(result, "normal");
        Assert.InRange(normal.Psi, 0.06, 0.12);
        Assert.InRange(normal.Wasserstein!.Value, 0.25, 0.35);
        Assert.Contains("PSI", normal.Reason, StringComparison.Ordinal);
        Assert.Contains("normal", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>Days from 2023-11-14 on, in bins that people can read.</summary>
    [Fact]
    public void Compare_DatesInBins_AreDates()
    {
        FeatureDrift day = DriftCalculator.Compare(Reference, new Windows(2).Sketch(5000), new DriftOptions { KeepBins = true }).Features.Single(feature => feature.Name == "day");
        string[] names = [.. day.Bins!.Select(bin => bin.Name)];
        Assert.StartsWith("below 2023-11-", names[0]);
        Assert.StartsWith("above 2024-11-", names[^2]);
        Assert.All(names[1..^2], name => Assert.Matches(@"^20\d\d-\d\d-\d\d( \d\d:\d\d:\d\d)? to 20\d\d-", name));
    }

    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(86_400.9, "1970-01-02")]
    [InlineData(-1, "1969-12-31 23:59:59")]
    [InlineData(1.7e9, "2023-11-14 22:13:20")]
    [InlineData(6e10, null)]
    [InlineData(double.NaN, null)]
    public void DateTimeText_OfSeconds(double seconds, string? expected) => Assert.Equal(expected, DateTimeText.TryOf(seconds));

    [Fact]
    public void Compare_WiderSpread_IsDrift() => AssertOnly(Compare(new Windows(3) { Scale = 1.3 }.Sketch(5000)), "normal");

    [Fact]
    public void Compare_MoreMissingValues_IsDrift()
    {
        FeatureDrift skewed = AssertOnly(Compare(new Windows(4) { Missing = 0.3 }.Sketch(5000)), "skewed");
        Assert.InRange(skewed.ReferenceMissingRate, 0.19, 0.21);
        Assert.InRange(skewed.CurrentMissingRate, 0.28, 0.32);
        Assert.Contains("missing values went from", skewed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_NewCategory_IsDriftFromOnePercentOn()
    {
        FeatureDrift plan = AssertOnly(Compare(new Windows(5) { NewPlan = 0.02 }.Sketch(5000)), "plan");
        Assert.InRange(plan.UnseenRate!.Value, 0.015, 0.025);
        Assert.False(Compare(new Windows(5) { NewPlan = 0.001 }.Sketch(5000)).Features.Single(feature => feature.Name == "plan").Drifted);
    }

    [Fact]
    public void Compare_FlagMoreOften_IsDrift() => AssertOnly(Compare(new Windows(6) { FlagRate = 0.45 }.Sketch(5000)), "flag");

    [Fact]
    public void Compare_SmallButSignificantShift_IsWatchedOrOkNeverDrift()
    {
        DriftResult result = Compare(new Windows(7) { Shift = 0.08 }.Sketch(20_000));
        Assert.Equal(DriftVerdicts.Watch, result.Verdict);
        Assert.Contains("normal", result.Reason, StringComparison.Ordinal);
        Assert.Equal(DriftVerdicts.Ok, Compare(new Windows(7) { Shift = 0.02 }.Sketch(20_000)).Verdict);
    }

    [Fact]
    public void Compare_FewRows_IsInsufficientWhateverTheFigures()
    {
        DriftResult result = Compare(new Windows(8) { Shift = 5 }.Sketch(35));
        Assert.Equal(DriftVerdicts.InsufficientData, result.Verdict);
        Assert.All(result.Features, feature => Assert.False(feature.Drifted));
        Assert.True(result.Features[0].Psi > 1);
        Assert.Equal(DriftVerdicts.InsufficientData, DriftCalculator.Compare(new Windows(8).Sketch(35), Reference, new DriftOptions()).Verdict);
    }

    [Fact]
    public void Compare_NothingAtAll_IsInsufficient()
    {
        TableSketch empty = new Windows(1).Sketch(0);
        Assert.Equal(DriftVerdicts.InsufficientData, DriftCalculator.Compare(empty, empty, new DriftOptions { MinimumRows = 0 }).Verdict);
        Assert.Equal(DriftVerdicts.InsufficientData, DriftCalculator.Compare(Reference, empty, new DriftOptions { MinimumRows = 0 }).Verdict);
        Assert.Equal(DriftVerdicts.InsufficientData, DriftCalculator.Compare(empty, Reference, new DriftOptions { MinimumRows = 0 }).Verdict);
        Assert.Equal(DriftVerdicts.InsufficientData, DriftCalculator.Compare(TableSketch.For([]), TableSketch.For([]), new DriftOptions()).Verdict);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void Compare_ConstantThatMoved_IsDrift(double now)
    {
        FeatureDrift feature = CompareColumn(Enumerable.Repeat(7.0, 1000), Enumerable.Repeat(now, 1000));
        Assert.True(feature.Drifted);
        Assert.Equal(1, feature.OutOfRangeRate);
        Assert.Equal(1, feature.KolmogorovSmirnov);
        Assert.False(CompareColumn(Enumerable.Repeat(7.0, 1000), Enumerable.Repeat(7.0, 1000)).Drifted);
    }

    [Fact]
    public void Compare_AllMissing_IsDriftWhereItWasNot()
    {
        Assert.True(CompareColumn(Enumerable.Repeat(7.0, 1000), Enumerable.Repeat(double.NaN, 1000)).Drifted);
        Assert.True(CompareColumn(Enumerable.Repeat(double.NaN, 1000), Enumerable.Repeat(7.0, 1000)).Drifted);
        FeatureDrift same = CompareColumn(Enumerable.Repeat(double.NaN, 1000), Enumerable.Repeat(double.NaN, 1000));
        Assert.Equal((DriftVerdicts.Ok, null), (same.Verdict, same.Wasserstein));
    }

    [Fact]
    public void Compare_ExtremeNumbers_GivesFiniteFigures()
    {
        double[] extreme = [double.MaxValue, -double.MaxValue, 0, double.Epsilon, 1e-300, 1e300];
        double[] many = [.. Enumerable.Range(0, 6000).Select(i => extreme[i % 6] * (1 - i / 1e5))];
        DriftResult result = DriftCalculator.Compare(Sketch(many), Sketch(many.Select(value => value / 2)), new DriftOptions());
        Assert.NotEmpty(CanonicalJson.Serialize(result, DataJsonContext.Default.DriftResult));
    }

    [Fact]
    public void Compare_ColumnThatIsGone_CountsAsMissing()
    {
        TableSketch current = TableSketch.For([("other", ColumnType.Number)]);
        for (int i = 0; i < 1000; i++)
            current["other"].AddNumber(i);
        Assert.All(Compare(current).Features, feature => Assert.Equal((1.0, true), (feature.CurrentMissingRate, feature.Drifted)));
        Assert.Throws<ArgumentException>(() => DriftCalculator.Compare(Sketch([1]), TableSketch.For([("x", ColumnType.Category)]), new DriftOptions()));
    }

    [Fact]
    public void Compare_ManyCategories_FindsTheOneThatGrew()
    {
        static TableSketch Cities(int seed, int heavy)
        {
            TableSketch sketch = TableSketch.For([("city", ColumnType.Category)]);
            for (int i = 0; i < 10_000; i++)
                sketch["city"].AddCategory(i < heavy ? "city 1" : $"city {(i * 7919 + seed) % 3000}");
            return sketch;
        }

        Assert.True(DriftCalculator.Compare(Cities(0, 0), Cities(1, 3000), new DriftOptions()).Features[0].Drifted);
        Assert.False(DriftCalculator.Compare(Cities(0, 0), Cities(1, 0), new DriftOptions()).Features[0].Drifted);
    }

    [Fact]
    public void Compare_DecilesOfKnownShares_GivesThePsiByHand()
    {
        FeatureDrift feature = CompareColumn(
            Enumerable.Range(0, 10_000).Select(i => (double)(i % 10)),
            Enumerable.Range(0, 10_000).Select(i => (double)(i % 20 < 10 ? i % 10 : 0)));
        double expected = (0.55 - 0.1) * Math.Log(0.55 / 0.1) + 9 * ((0.05 - 0.1) * Math.Log(0.05 / 0.1));
        Assert.Equal(expected, feature.Psi, 2);
        Assert.Equal(0.45, feature.LInfinity, 9);
        Assert.Equal(0.45, feature.KolmogorovSmirnov!.Value, 9);
        Assert.Equal(2.25 / Math.Sqrt(8.25), feature.Wasserstein!.Value, 9);
    }

    [Fact]
    public void Compare_Twice_GivesTheSameBytes()
    {
        TableSketch current = new Windows(9) { Shift = 0.1, Missing = 0.22 }.Sketch(3000);
        byte[] first = CanonicalJson.Serialize(Compare(current), DataJsonContext.Default.DriftResult);
        TableSketch read = TableSketch.Parse(Reference.ToCanonicalJson());
        Assert.Equal(first, CanonicalJson.Serialize(DriftCalculator.Compare(read, TableSketch.Parse(current.ToCanonicalJson()), new DriftOptions()), DataJsonContext.Default.DriftResult));
    }

    private static DriftResult Compare(TableSketch current) => DriftCalculator.Compare(Reference, current, new DriftOptions());

    private static FeatureDrift CompareColumn(IEnumerable<double> reference, IEnumerable<double> current) =>
        DriftCalculator.Compare(Sketch(reference), Sketch(current), new DriftOptions()).Features[0];

    private static TableSketch Sketch(IEnumerable<double> values)
    {
        TableSketch sketch = TableSketch.For([("x", ColumnType.Number)]);
        foreach (double value in values)
            sketch["x"].AddNumber(value);
        return sketch;
    }

    private static FeatureDrift AssertOnly(DriftResult result, string name)
    {
        Assert.Equal(DriftVerdicts.Drift, result.Verdict);
        FeatureDrift drifted = Assert.Single(result.Features, feature => feature.Drifted);
        Assert.Equal(name, drifted.Name);
        return drifted;
    }
}

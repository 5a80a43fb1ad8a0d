using MlServerless.Soak.Drift;

namespace MlServerless.Data.Tests.Drift;

/// <summary>
/// The criterion of the soak test <c>drift</c> and its first windows, as many as tell: the level of the verdict is 1 % of the windows; of that rate 1,000 windows
/// exceed the bound once in 600 draws of seeds, of a rate of 3 % 19 times in 20. Sixty planted drifts that are all found show a power of 95 %.
/// </summary>
public class DriftVerdictRatesTests
{
    private static readonly DriftVerdictTrial Trial = new();

    [Theory]
    [InlineData(50, 500)]
    [InlineData(50, 30)]
    [InlineData(500, 500)]
    public void WindowsWithoutDrift_SeldomAlarm(int rows, int minimumRows) =>
        Assert.InRange(Trial.Run(1000, rows, new DriftOptions { MinimumRows = minimumRows }, seed => new SeededWindows(seed)).UpperBound, 0, 0.03);

    [Fact]
    public void PlantedDrifts_AreFound() =>
        Assert.All(DriftVerdictTrial.Planted, planted => Assert.InRange(Trial.Run(60, 5000, new DriftOptions(), planted.Make).LowerBound, 0.95, 1));
}

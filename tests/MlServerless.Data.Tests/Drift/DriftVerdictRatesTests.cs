using MlServerless.Soak.Drift;

namespace MlServerless.Data.Tests.Drift;

/// <summary>A small part of what the soak test <c>drift</c> does with 2,000 windows.</summary>
public class DriftVerdictRatesTests
{
    private static readonly DriftVerdictTrial Trial = new();

    [Theory]
    [InlineData(50)]
    [InlineData(500)]
    public void WindowsWithoutDrift_SeldomAlarm(int rows) =>
        Assert.InRange(Trial.Run(120, rows, new DriftOptions(), seed => new SeededWindows(seed)).Alerts, 0, 2);

    [Fact]
    public void PlantedDrifts_AreFound() =>
        Assert.All(DriftVerdictTrial.Planted, planted => Assert.InRange(Trial.Run(6, 5000, new DriftOptions(), planted.Make).Alerts, 6, 6));
}

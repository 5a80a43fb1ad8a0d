namespace MlServerless.Samples;

/// <summary>The data sets of the sample pipelines: made up, but with the troubles of real ones.</summary>
/// <remarks>
/// The same bytes come out on every machine. Random numbers are SplitMix64; everything else is <c>+ - * /</c> on doubles,
/// which IEEE 754 defines to the last bit, and <see cref="PortableMath"/> on top of it. Nothing of <see cref="Math"/> that
/// may differ between platforms, no culture and no clock has a say.
/// </remarks>
public static class SampleData
{
    /// <summary>Subscribers of a telecom; binary label <c>churned</c>, about a quarter of them <c>yes</c>.</summary>
    public static SampleDataSet Churn { get; } = new(new ChurnRows(), seed: 0x636875726eUL, rows: 30_000);

    /// <summary>Homes that were sold; label <c>price</c> in whole currency units.</summary>
    public static SampleDataSet HousePrices { get; } = new(new HousePriceRows(), seed: 0x686f757365UL, rows: 24_000);

    public static IReadOnlyList<SampleDataSet> All { get; } = [Churn, HousePrices];
}

using MlServerless.Data;

namespace MlServerless.Soak.Drift;

/// <summary>Judges seeded windows as a drift report does: features and predictions against a reference.</summary>
internal sealed class DriftVerdictTrial
{
    private const int ReferenceRows = 50_000;

    private readonly (TableSketch Features, TableSketch Predictions) reference = new SeededWindows(1).Sketch(ReferenceRows);

    /// <param name="windows">How many; window i has seed 1000 + i.</param>
    /// <param name="make">Makes the window of a seed.</param>
    internal AlertRate Run(int windows, int rows, DriftOptions options, Func<ulong, SeededWindows> make)
    {
        int alerts = 0;
        Parallel.For(0, windows, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            (TableSketch features, TableSketch predictions) = make(1000 + (ulong)i).Sketch(rows);
            if (DriftCalculator.Compare(reference.Features, features, reference.Predictions, predictions, null, options).Verdict == DriftVerdicts.Drift)
                Interlocked.Increment(ref alerts);
        });
        return new AlertRate(alerts, windows);
    }

    /// <summary>The drifts that must be found.</summary>
    internal static IReadOnlyList<(string Name, Func<ulong, SeededWindows> Make)> Planted { get; } =
    [
        ("mean shift 0.3 sd", seed => new SeededWindows(seed) { Shift = 0.3 }),
        ("scale x1.3", seed => new SeededWindows(seed) { Scale = 1.3 }),
        ("missing 20 to 30 %", seed => new SeededWindows(seed) { Missing = 0.3 }),
        ("new category 2 %", seed => new SeededWindows(seed) { NewCategory = 0.02 }),
        ("label shift 30 to 50 %", seed => new SeededWindows(seed) { Positive = 0.5 }),
    ];
}

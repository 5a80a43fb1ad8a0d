namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Which rows of a model's calls are kept as they came, and for how long.</summary>
/// <param name="Sample">The share of rows, more than 0 and at most 1.</param>
/// <param name="Days">For so long.</param>
/// <param name="Mask">Columns whose values are not kept: they read as missing.</param>
public sealed record CaptureSettings(double Sample, int Days, IReadOnlyList<string> Mask)
{
    public string? Who { get; init; }

    public string? Why { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>Nobody may see what was kept: no rows any more, and those that a process still had are gone when their window has ended.</summary>
    internal static CaptureSettings Forgotten { get; } = new(0, 0, []);

    /// <summary>Whether rows are kept.</summary>
    internal bool Keeps => Sample > 0;

    /// <summary>Whether a row is among those that are kept: the same answer everywhere and always.</summary>
    /// <param name="key">Different for every row.</param>
    internal bool Takes(ulong key)
    {
        if (Sample >= 1)
            return true;

        // The finaliser of SplitMix64: keys that count up are spread over all numbers.
        ulong mixed = key + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (mixed ^ (mixed >> 31)) < (ulong)(Sample * 18_446_744_073_709_551_616.0);
    }
}

using System.Text.Json;

namespace MlServerless.Learning.Tests.Metrics;

/// <summary>A case of metrics_reference.json, which metrics_reference.py wrote.</summary>
internal sealed record ReferenceCase
{
    public required string Name { get; init; }

    public required LearningTask Task { get; init; }

    public double Threshold { get; init; } = 0.5;

    public int Outputs { get; init; } = 1;

    public required double[] Targets { get; init; }

    public required double[] Scores { get; init; }

    public required double[] Other { get; init; }

    public required Dictionary<string, double> Metrics { get; init; }

    public required Dictionary<string, double> StandardErrors { get; init; }

    public required Dictionary<string, double> PairedStandardErrors { get; init; }

    public long[][] Confusion { get; init; } = [];

    public double[] CalibrationObserved { get; init; } = [];

    public double[] CalibrationPredicted { get; init; } = [];

    public double Spiegelhalter { get; init; }

    public static Reference Read() => JsonSerializer.Deserialize<Reference>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "metrics_reference.json")), JsonSerializerOptions.Web)!;

    public override string ToString() => Name;

    internal sealed record Reference(NormalValues Normal, double[][] Wilson, ReferenceCase[] Cases);

    internal sealed record NormalValues(double[][] Quantiles, double[][] TwoSided);
}

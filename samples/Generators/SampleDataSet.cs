using System.Reflection;

namespace MlServerless.Samples;

/// <summary>One sample: a pipeline spec and as many months of data as one likes.</summary>
public sealed class SampleDataSet
{
    /// <summary>Far from any month that somebody asks for, so that the drifted month shares no rows with them.</summary>
    private const int DriftedIndex = 9_000;

    private readonly RowGenerator generator;
    private readonly ulong seed;
    private readonly int rows;

    internal SampleDataSet(RowGenerator generator, ulong seed, int rows)
    {
        this.generator = generator;
        this.seed = seed;
        this.rows = rows;
        Drifted = new SampleFile(generator, seed, DriftedIndex, drifted: true, rows, $"{generator.FirstMonth.Year + 1}-01-drifted.csv");
    }

    /// <summary>Name of the pipeline and of its folder below <c>samples/</c>.</summary>
    public string Name => generator.Name;

    /// <summary>Columns in the order of the file.</summary>
    public IReadOnlyList<string> Columns => generator.Columns;

    public string Label => generator.Label;

    /// <summary>The column that identifies a row; no two rows of one file share a value.</summary>
    public string Key => generator.Key;

    /// <summary>A later month from another distribution: shifted means, a category never seen before, more missing values, one proportion changed.</summary>
    public SampleFile Drifted { get; }

    /// <summary>A month of data. Months differ in their rows and not in their distribution.</summary>
    /// <param name="index">0 for the first month.</param>
    public SampleFile Month(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, DriftedIndex);
        DateOnly month = generator.FirstMonth.AddMonths(index);
        return new SampleFile(generator, seed, index, drifted: false, rows, FormattableString.Invariant($"{month.Year:0000}-{month.Month:00}.csv"));
    }

    /// <summary>The spec as it stands in <c>samples/{name}/pipeline.json</c>, in UTF-8.</summary>
    public byte[] ReadPipelineSpec()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Name}/pipeline.json")
            ?? throw new InvalidOperationException($"samples/{Name}/pipeline.json is not embedded in this assembly.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }

    public override string ToString() => Name;
}

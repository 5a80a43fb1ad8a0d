namespace MlServerless.Data;

/// <summary>What the data are for, as far as checks need to know.</summary>
public sealed record CheckContext
{
    /// <summary>Whether the label is a class; else it is a quantity.</summary>
    public bool Classification { get; init; }

    /// <summary>The column to be predicted; null where nothing is (scoring a file, monitoring).</summary>
    public string? Label { get; init; }

    /// <summary>For a classification, how many classes there may be; 2 for a binary one, null for any number.</summary>
    public int? MaximumClasses { get; init; }

    /// <summary>For a binary classification, the class whose probability is predicted.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Columns that identify what a row is about.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The columns to predict from; empty for all but label and key.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The version before; null for none.</summary>
    public PreviousVersion? Previous { get; init; }

    /// <summary>When the distance of a column from the version before is told.</summary>
    public DriftOptions Shift { get; init; } = new();

    /// <summary>How many rows there may be, as multiples of those of the version before.</summary>
    public double LeastRowRatio { get; init; } = 0.5;

    /// <inheritdoc cref="LeastRowRatio"/>
    public double MostRowRatio { get; init; } = 10;

    /// <summary>Columns that the spec excludes from the features.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>The rules by which the scan was made.</summary>
    public IReadOnlyList<RowRule> Rules { get; init; } = [];

    /// <summary>The fraction of rows that may be copies of others.</summary>
    public double MaxDuplicateFraction { get; init; } = 0.05;

    /// <summary>How well a feature may predict the label alone, 0 to 1 (see <see cref="FindingCodes.LabelLeak"/>); 1 for any.</summary>
    public double LeakScore { get; init; } = 0.98;

    /// <summary>What the data are used for: one of <see cref="SchemaEnvironments"/>.</summary>
    public string Environment { get; init; } = SchemaEnvironments.Training;

    /// <summary>What <see cref="CsvFormat"/> found wrong with the beginning of the file.</summary>
    public IReadOnlyList<Finding> FormatFindings { get; init; } = [];

    /// <summary>How many rows that can be trained on are needed at least.</summary>
    public int MinimumRows { get; init; } = 100;

    /// <summary>The fraction of rows kept out, or of values outside their domain or range, up to which a finding is a warning.</summary>
    public double ToleratedFraction { get; init; } = 0.01;
}

using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>What stands between columns and models: one encoder per input, fitted on the training part only.</summary>
internal sealed class Preprocessor
{
    /// <summary>Goes up when the same data would give other slots.</summary>
    public const int AlgorithmVersion = 2;

    /// <summary>The oldest version that is still read: it knows no <see cref="NgramEncoder"/> and is the same otherwise.</summary>
    public const int OldestVersion = 1;

    private readonly int[] firstSlot;

    public Preprocessor(IReadOnlyList<InputEncoder> inputs)
    {
        Inputs = inputs;
        firstSlot = new int[inputs.Count + 1];
        for (int i = 0; i < inputs.Count; i++)
            firstSlot[i + 1] = firstSlot[i] + inputs[i].Slots.Count;
        Slots = [.. inputs.SelectMany(input => input.Slots)];
    }

    public IReadOnlyList<InputEncoder> Inputs { get; }

    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Index of the first slot of an input.</summary>
    public int FirstSlot(int input) => firstSlot[input];

    /// <summary>A name for people: "signup_date.month".</summary>
    public string NameOf(int slot) =>
        Slots[slot].Part == "value" ? Inputs[Slots[slot].Input].Name : $"{Inputs[Slots[slot].Input].Name}.{Slots[slot].Part}";

    /// <summary>Learns the encoders from the given rows of the training part.</summary>
    /// <param name="limits">How many values of a category and n-grams of a text get a place of their own.</param>
    /// <param name="targets">Class index or value of each of the rows.</param>
    /// <param name="classes">0 for regression.</param>
    public static Preprocessor Fit(IReadOnlyList<string> features, Table train, int[] rows, double[] targets, int classes, EncoderLimits limits)
    {
        TextGroups? groups = null;
        var encoders = new InputEncoder[features.Count];
        for (int i = 0; i < encoders.Length; i++)
        {
            encoders[i] = train[features[i]] switch
            {
                NumericColumn { Type: ColumnType.DateTime } column => DateTimeEncoder.Fit(i, column, rows),
                NumericColumn column => new NumberEncoder(i, column.Name, column.Type),
                CategoryColumn { Type: ColumnType.Text } column => NgramEncoder.Fit(i, column, rows, groups ??= TextGroups.Of(targets, classes), limits.Text, limits.TextDimensions),
                CategoryColumn column => CategoryEncoder.Fit(i, column, rows, limits.Vocabulary),
                Column column => throw new TrainingException(FindingCodes.UnexpectedType,
                    $"The column '{column.Name}' is of type {column.Type} and cannot be a feature; give it another type or exclude it."),
            };
        }
        return new Preprocessor(encoders);
    }

    /// <summary>Rows of a table, ready to be read as slots. A column that the table lacks reads as missing.</summary>
    /// <param name="rows">Positions in the table, or null for all rows in order.</param>
    public EncodedRows Bind(Table table, int[]? rows)
    {
        var readers = new ColumnReader?[Inputs.Count];
        for (int i = 0; i < readers.Length; i++)
            readers[i] = table.Find(Inputs[i].Name) is { } column ? Inputs[i].Bind(column) : null;
        return new EncodedRows(this, readers, rows, rows?.Length ?? table.RowCount);
    }
}

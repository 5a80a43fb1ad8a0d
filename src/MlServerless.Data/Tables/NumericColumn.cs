namespace MlServerless.Data;

/// <summary>A column of integers, numbers, booleans (0 and 1) or points in time (seconds since 1970-01-01 UTC). A missing value is NaN; infinities do not occur in what the readers make.</summary>
public sealed class NumericColumn : Column
{
    private readonly double[] values;

    /// <summary>Wraps the values without copying them.</summary>
    /// <exception cref="ArgumentException">The type is not one of a numeric column.</exception>
    public NumericColumn(string name, ColumnType type, double[] values)
        : base(name, type)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!type.IsNumeric())
            throw new ArgumentException($"A column of type {type} holds no numbers.", nameof(type));
        this.values = values;
    }

    public ReadOnlySpan<double> Values => values;

    public override int RowCount => values.Length;

    public override NumericColumn Select(ReadOnlySpan<int> rows)
    {
        double[] selected = new double[rows.Length];
        for (int i = 0; i < selected.Length; i++)
            selected[i] = values[rows[i]];
        return new NumericColumn(Name, Type, selected);
    }
}

namespace MlServerless.Data;

/// <summary>The values of one column of a <see cref="Table"/>.</summary>
public abstract class Column
{
    private protected Column(string name, ColumnType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Type = type;
    }

    public string Name { get; }

    public ColumnType Type { get; }

    public abstract int RowCount { get; }

    /// <summary>A column of the given rows, in that order.</summary>
    /// <param name="rows">0-based positions in this column.</param>
    public abstract Column Select(ReadOnlySpan<int> rows);
}

namespace MlServerless.Data;

/// <summary>Columns of equal length, in memory.</summary>
public sealed class Table
{
    private readonly Dictionary<string, Column> byName;

    /// <param name="columns">Columns of equal length, each name once.</param>
    /// <param name="rowNumbers">For every row its 1-based number among the data rows of the data version; null for 1, 2, 3, ….</param>
    /// <exception cref="ArgumentException">Lengths differ or a name occurs twice.</exception>
    public Table(IReadOnlyList<Column> columns, long[]? rowNumbers = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        RowCount = columns.Count > 0 ? columns[0].RowCount : rowNumbers?.Length ?? 0;
        byName = new Dictionary<string, Column>(columns.Count, StringComparer.Ordinal);
        foreach (Column column in columns)
        {
            if (column.RowCount != RowCount)
                throw new ArgumentException($"The column '{column.Name}' has {column.RowCount} rows, the table {RowCount}.", nameof(columns));
            if (!byName.TryAdd(column.Name, column))
                throw new ArgumentException($"The column '{column.Name}' occurs twice.", nameof(columns));
        }

        if (rowNumbers is not null && rowNumbers.Length != RowCount)
            throw new ArgumentException($"There are {rowNumbers.Length} row numbers for {RowCount} rows.", nameof(rowNumbers));
        Columns = columns;
        RowNumbers = rowNumbers ?? NumberFromOne(RowCount);
    }

    public IReadOnlyList<Column> Columns { get; }

    public int RowCount { get; }

    /// <summary>For every row its 1-based number among the data rows of the data version.</summary>
    public long[] RowNumbers { get; }

    /// <summary>The column of that name (ordinal).</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Column this[string name] =>
        byName.TryGetValue(name, out Column? column)
            ? column
            : throw new KeyNotFoundException($"The table has no column '{name}'.");

    /// <summary>The column of that name (ordinal), or null.</summary>
    public Column? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>A table of the given rows, in that order.</summary>
    /// <param name="rows">0-based positions in this table.</param>
    public Table Select(ReadOnlySpan<int> rows)
    {
        var columns = new Column[Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = Columns[i].Select(rows);
        long[] numbers = new long[rows.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = RowNumbers[rows[i]];
        return new Table(columns, numbers);
    }

    private static long[] NumberFromOne(int count)
    {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++)
            numbers[i] = i + 1;
        return numbers;
    }
}

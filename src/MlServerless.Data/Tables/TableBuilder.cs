using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>Collects rows into a <see cref="Table"/>.</summary>
internal sealed class TableBuilder
{
    private readonly List<(int Index, ColumnBuilder Builder)> columns = [];
    private readonly List<long> rowNumbers = [];

    internal TableBuilder(CsvFormat format, DataSchema schema)
    {
        for (int i = 0; i < format.Columns.Count; i++)
        {
            if (schema.Find(format.Columns[i]) is { Type: not ColumnType.Ignored } column)
                columns.Add((i, column.Type.IsNumeric() ? new NumericBuilder(column) : new CategoryBuilder(column)));
        }
    }

    /// <param name="rows">Stands on a batch.</param>
    /// <param name="chosen">Rows of the batch, in ascending order.</param>
    /// <param name="rowsBefore">How many rows of the version came before the part.</param>
    internal void Add(TypedRowReader rows, List<int> chosen, long rowsBefore)
    {
        foreach (int row in chosen)
            rowNumbers.Add(rowsBefore + rows.NumberOf(row));
        foreach ((int index, ColumnBuilder builder) in columns)
            builder.Add(rows, CollectionsMarshal.AsSpan(chosen), index);
    }

    internal Table Build()
    {
        var built = new Column[columns.Count];
        for (int i = 0; i < built.Length; i++)
        {
            built[i] = columns[i].Builder.Build();
            columns[i] = default; // what it collected may go before the next is built
        }

        return new Table(built, [.. rowNumbers]);
    }
}

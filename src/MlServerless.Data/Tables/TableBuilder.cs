using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>Collects rows into a <see cref="Table"/>.</summary>
internal sealed class TableBuilder
{
    private readonly ColumnBuilder?[] columns;
    private readonly ColumnMap map;
    private readonly List<long> rowNumbers = [];

    /// <param name="names">The columns of all files.</param>
    /// <param name="schema">Their types.</param>
    internal TableBuilder(IReadOnlyList<string> names, DataSchema schema)
    {
        ColumnSchema[] kept = [.. names.Select(schema.Find).OfType<ColumnSchema>().Where(column => column.Type != ColumnType.Ignored)];
        columns = [.. kept.Select(column => column.Type.IsNumeric() ? (ColumnBuilder)new NumericBuilder(column) : new CategoryBuilder(column))];
        map = new ColumnMap([.. kept.Select(column => column.Name)]);
    }

    /// <summary>Goes on with rows of that file.</summary>
    internal void Turn(DataFormat file) => map.Turn(file);

    /// <param name="rows">Stands on a batch.</param>
    /// <param name="chosen">Rows of the batch, in ascending order.</param>
    /// <param name="rowsBefore">How many rows of the version came before the part.</param>
    internal void Add(TypedRowReader rows, List<int> chosen, long rowsBefore)
    {
        foreach (int row in chosen)
            rowNumbers.Add(rowsBefore + rows.NumberOf(row));
        for (int i = 0; i < columns.Length; i++)
        {
            if (map.Positions[i] < 0)
                columns[i]!.AddMissing(chosen.Count);
            else
                columns[i]!.Add(rows, CollectionsMarshal.AsSpan(chosen), map.Positions[i]);
        }
    }

    internal Table Build()
    {
        var built = new Column[columns.Length];
        for (int i = 0; i < built.Length; i++)
        {
            built[i] = columns[i]!.Build();
            columns[i] = null; // what it collected may go before the next is built
        }

        return new Table(built, [.. rowNumbers]);
    }
}

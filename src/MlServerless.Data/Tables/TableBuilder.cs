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
    internal void Add(TypedRowReader rows, List<int> chosen)
    {
        foreach (int row in chosen)
            rowNumbers.Add(rows.NumberOf(row));
        for (int i = 0; i < columns.Length; i++)
        {
            if (map.Positions[i] < 0)
                columns[i]!.AddMissing(chosen.Count);
            else
                columns[i]!.Add(rows, CollectionsMarshal.AsSpan(chosen), map.Positions[i]);
        }
    }

    /// <summary>The rows of parts, one after the other. The builders are empty afterwards.</summary>
    /// <param name="parts">For every part what was collected of it.</param>
    /// <param name="rowsBefore">For every part how many rows of the version came before it.</param>
    internal static Table Build(IReadOnlyList<TableBuilder> parts, IReadOnlyList<long> rowsBefore)
    {
        var built = new Column[parts[0].columns.Length];
        for (int i = 0; i < built.Length; i++)
        {
            built[i] = parts[0].columns[i]!.Build([.. parts.Select(part => part.columns[i]!)]);
            foreach (TableBuilder part in parts)
                part.columns[i] = null; // what it collected may go before the next is built
        }

        long[] numbers = new long[parts.Sum(part => part.rowNumbers.Count)];
        int position = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (long number in parts[i].rowNumbers)
                numbers[position++] = rowsBefore[i] + number;
        }

        return new Table(built, numbers);
    }
}

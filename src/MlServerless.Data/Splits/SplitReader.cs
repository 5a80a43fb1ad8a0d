namespace MlServerless.Data;

/// <summary>Reads a data version into tables.</summary>
public static class SplitReader
{
    /// <summary>Reads all parts once and deals their rows.</summary>
    /// <param name="parts">Opens each part, in order; the first holds the header.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="schema">Types of the columns. The tables have the columns of the file in its order, but for those that are ignored or that the schema lacks.</param>
    /// <param name="rule">Which part a row belongs to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows that a <see cref="PartScan"/> with the same types does not keep out. Infinities are missing. Every table has vocabularies of its own.</returns>
    /// <exception cref="ArgumentException">The rule contradicts itself or names a key that the file lacks.</exception>
    public static SplitTables Read(IReadOnlyList<Func<Stream>> parts, CsvFormat format, DataSchema schema, SplitRule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rule);
        var placer = new RowPlacer(rule, format);
        var tables = new TableBuilder[RowPlacer.Parts];
        for (int i = 0; i < tables.Length; i++)
            tables[i] = new TableBuilder(format, schema);
        long rowsBefore = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            using Stream part = parts[i]();
            var rows = new TypedRowReader(part, format, hasHeader: i == 0, schema);
            while (rows.Read(cancellationToken))
                Deal(rows, rowsBefore, placer, tables);
            rowsBefore += rows.RowsRead;
        }

        return new SplitTables(tables[0].Build(), tables[1].Build(), tables[2].Build());
    }

    private static void Deal(TypedRowReader rows, long rowsBefore, RowPlacer placer, TableBuilder[] tables)
    {
        var chosen = new List<int>[tables.Length];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = [];
        for (int row = 0; row < rows.Rows; row++)
        {
            if (rows.IsKept(row))
                chosen[placer.Place(rows, row)].Add(row);
        }

        for (int i = 0; i < tables.Length; i++)
            tables[i].Add(rows, chosen[i], rowsBefore);
    }
}

namespace MlServerless.Data;

/// <summary>Reads a data version into tables.</summary>
public static class SplitReader
{
    /// <summary>Reads all parts once and deals their rows.</summary>
    /// <param name="parts">In order. Files may have different columns: a row is missing what its file lacks.</param>
    /// <param name="schema">Types of the columns. The tables have the columns of the files in the order of their first appearance, but for those that are ignored or that the schema lacks.</param>
    /// <param name="rule">Which part of the split a row belongs to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows that a <see cref="PartScan"/> with the same types does not keep out; row numbers run on over all parts. Infinities are missing. Every table has vocabularies of its own.</returns>
    /// <exception cref="ArgumentException">The rule contradicts itself or names a key that no file has.</exception>
    public static SplitTables Read(IReadOnlyList<PartSource> parts, DataSchema schema, SplitRule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rule);
        string[] known = [.. schema.Columns.Select(column => column.Name)];
        parts = [.. parts.Select(part => part with { Format = part.Format.WithColumns(known) })];
        string[] columns = [.. parts.SelectMany(part => part.Format.Columns).Distinct(StringComparer.Ordinal)];
        var placer = new RowPlacer(rule, columns);
        var tables = new TableBuilder[RowPlacer.Parts];
        for (int i = 0; i < tables.Length; i++)
            tables[i] = new TableBuilder(columns, schema);
        long rowsBefore = 0;
        foreach (PartSource source in parts)
        {
            using Stream part = source.Open();
            var rows = new TypedRowReader(part, source.Format, source.HasHeader, schema);
            placer.Turn(source.Format);
            foreach (TableBuilder table in tables)
                table.Turn(source.Format);
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

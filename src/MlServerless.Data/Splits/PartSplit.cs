namespace MlServerless.Data;

/// <summary>The rows of one part of a file, dealt to training, validation and hold-out.</summary>
internal sealed class PartSplit
{
    private readonly RowPlacer placer;
    private readonly List<int>[] chosen = new List<int>[RowPlacer.Parts];

    /// <param name="placer">Its own: it keeps what it hashes.</param>
    /// <param name="columns">The columns of all files.</param>
    /// <param name="schema">Their types.</param>
    internal PartSplit(RowPlacer placer, IReadOnlyList<string> columns, DataSchema schema)
    {
        this.placer = placer;
        Tables = new TableBuilder[RowPlacer.Parts];
        for (int i = 0; i < Tables.Length; i++)
        {
            Tables[i] = new TableBuilder(columns, schema);
            chosen[i] = [];
        }
    }

    internal TableBuilder[] Tables { get; }

    /// <summary>How many rows the part has, kept or not.</summary>
    internal long RowsRead { get; private set; }

    internal void Read(PartSource source, DataSchema schema, CancellationToken cancellationToken)
    {
        using Stream part = source.Open();
        var rows = new TypedRowReader(part, source.Format, source.HasHeader, schema);
        placer.Turn(source.Format);
        foreach (TableBuilder table in Tables)
            table.Turn(source.Format);
        while (rows.Read(cancellationToken))
            Deal(rows);
        RowsRead = rows.RowsRead;
    }

    private void Deal(TypedRowReader rows)
    {
        foreach (List<int> own in chosen)
            own.Clear();
        for (int row = 0; row < rows.Rows; row++)
        {
            if (rows.IsKept(row))
                chosen[placer.Place(rows, row)].Add(row);
        }

        for (int i = 0; i < Tables.Length; i++)
            Tables[i].Add(rows, chosen[i]);
    }
}

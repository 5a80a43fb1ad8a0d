namespace MlServerless.Data;

/// <summary>Streams the rows of a version that are not kept out, with their hashes.</summary>
internal sealed class VersionRows
{
    private readonly DiffVersion version;

    internal VersionRows(DiffVersion version)
    {
        string[] known = [.. version.Schema.Columns.Select(column => column.Name)];
        this.version = version with { Parts = [.. version.Parts.Select(part => part with { Format = part.Format.WithColumns(known) })] };
        Columns = [.. this.version.Parts.SelectMany(part => part.Format.Columns).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The columns of all files, in the order of their first appearance.</summary>
    internal IReadOnlyList<string> Columns { get; }

    internal long Expected => version.Rows;

    /// <param name="hasher">What hashes.</param>
    /// <param name="take">Is given the reader, the row in its batch, its 1-based number in the version and its hash; false ends the reading.</param>
    /// <param name="turn">Is told of every part's format before its rows come.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How many rows there were, and how many of them are kept out.</returns>
    internal (long Rows, long RejectedRows) Read(RowHasher hasher, Func<TypedRowReader, int, long, RowHash, bool> take, Action<DataFormat>? turn, CancellationToken cancellationToken)
    {
        long before = 0;
        long rejected = 0;
        foreach (PartSource source in version.Parts)
        {
            using Stream part = source.Open();
            var rows = new TypedRowReader(part, source.Format, source.HasHeader, version.Schema);
            hasher.Turn(source.Format);
            turn?.Invoke(source.Format);
            while (rows.Read(cancellationToken))
            {
                for (int row = 0; row < rows.Rows; row++)
                {
                    if (rows.IsKept(row) && !take(rows, row, before + rows.NumberOf(row), hasher.Hash(rows, row)))
                        return (before + rows.RowsRead, rejected + rows.RejectedRows);
                }
            }

            before += rows.RowsRead;
            rejected += rows.RejectedRows;
        }

        return (before, rejected);
    }
}

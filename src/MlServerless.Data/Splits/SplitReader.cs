namespace MlServerless.Data;

/// <summary>Reads a data version into tables.</summary>
public static class SplitReader
{
    /// <summary>Reads all parts once and deals their rows.</summary>
    /// <param name="parts">In order. Files may have different columns: a row is missing what its file lacks.</param>
    /// <param name="schema">Types of the columns. The tables have the columns of the files in the order of their first appearance, but for those that are ignored or that the schema lacks.</param>
    /// <param name="rule">Which part of the split a row belongs to.</param>
    /// <param name="threads">How many parts may be read at a time; the tables do not depend on it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows that a <see cref="PartScan"/> with the same types does not keep out; row numbers run on over all parts. Infinities are missing. Every table has vocabularies of its own.</returns>
    /// <exception cref="ArgumentException">The rule contradicts itself or names a key that no file has, or there are no parts.</exception>
    public static SplitTables Read(IReadOnlyList<PartSource> parts, DataSchema schema, SplitRule rule, int threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        string[] known = [.. schema.Columns.Select(column => column.Name)];
        parts = [.. parts.Select(part => part with { Format = part.Format.WithColumns(known) })];
        string[] columns = [.. parts.SelectMany(part => part.Format.Columns).Distinct(StringComparer.Ordinal)];
        PartSplit[] read = [.. parts.Select(_ => new PartSplit(new RowPlacer(rule, columns), columns, schema))];
        var failures = new Exception?[parts.Count];
        Parallel.For(0, parts.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads), CancellationToken = cancellationToken }, (part, state) =>
        {
            try
            {
                read[part].Read(parts[part], schema, cancellationToken);
            }
#pragma warning disable CA1031 // told below, the first one by part
            catch (Exception error)
#pragma warning restore CA1031
            {
                failures[part] = error;
                state.Break();
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);

        long[] rowsBefore = new long[parts.Count];
        for (int i = 1; i < rowsBefore.Length; i++)
            rowsBefore[i] = rowsBefore[i - 1] + read[i - 1].RowsRead;
        Table[] tables = [.. Enumerable.Range(0, RowPlacer.Parts).Select(table => TableBuilder.Build([.. read.Select(part => part.Tables[table])], rowsBefore))];
        return new SplitTables(tables[0], tables[1], tables[2]);
    }
}

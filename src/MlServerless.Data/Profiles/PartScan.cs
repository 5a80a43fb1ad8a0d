using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// What one pass over a part of a data version saw: rows kept out and why, evidence for the type of every column, and
/// figures of its values. Scans of parts, merged in the order of the parts and in any grouping, have the same
/// canonical bytes as one scan of the whole; their size depends on the number of columns, not of rows.
/// </summary>
/// <remarks>
/// Counts, minimum, maximum, sums and sums of squares are exact. Values are counted one by one up to 1024 different
/// ones per column; beyond that a sample of 1024, chosen by hash, is, and the number of different values is estimated
/// with a standard error of 1.6 %. Quantiles come from at most 4096 buckets per column (see <see cref="DataProfile"/>).
/// </remarks>
public sealed class PartScan
{
    private PartScan(ColumnScan[] columns, Tally[] faults)
    {
        Columns = columns;
        Faults = faults;
    }

    /// <summary>All data rows, those kept out included; blank lines are none.</summary>
    public long RowCount { get; private set; }

    /// <summary>Rows that are kept out of tables and figures.</summary>
    public long RejectedRows { get; private set; }

    /// <summary>Rows that are not kept out.</summary>
    public long KeptRows => RowCount - RejectedRows;

    /// <summary>The columns in the order of the file.</summary>
    public IReadOnlyList<string> ColumnNames => [.. Columns.Select(column => column.Name)];

    internal ColumnScan[] Columns { get; }

    /// <summary>By <see cref="RowFault"/>.</summary>
    internal Tally[] Faults { get; }

    /// <summary>Reads a part once.</summary>
    /// <param name="part">Its bytes.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="hasHeader">Whether it is the first part.</param>
    /// <param name="declared">Columns whose type is given; the label of a classification belongs here as a category. Values that are not of the type keep their row out. Null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static PartScan Scan(Stream part, CsvFormat format, bool hasHeader, DataSchema? declared, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(format);
        var rows = new TypedRowReader(part, format, hasHeader, declared);
        ColumnScan[] columns = [.. format.Columns.Select(name => new ColumnScan(name, declared?.Find(name)))];
        while (rows.Read(cancellationToken))
        {
            for (int i = 0; i < columns.Length; i++)
                columns[i].Add(rows, i);
        }

        for (int i = 0; i < columns.Length; i++)
            columns[i].TakeUnexpected(rows.Unexpected[i]);
        return new PartScan(columns, rows.Faults) { RowCount = rows.RowsRead, RejectedRows = rows.RejectedRows };
    }

    /// <summary>Merges scans of neighbouring parts of one version; row numbers become those in the whole.</summary>
    /// <param name="inOrder">In the order of the parts; none for an empty upload.</param>
    /// <exception cref="ArgumentException">They were made with different columns or declared types.</exception>
    public static PartScan Merge(IReadOnlyList<PartScan> inOrder)
    {
        ArgumentNullException.ThrowIfNull(inOrder);
        ColumnScan[] columns = inOrder.Count == 0 ? [] : inOrder[0].Columns;
        var merged = new PartScan(
            [.. columns.Select(column => new ColumnScan(column.Name, column.Declared is { } type ? new ColumnSchema(column.Name, type) : null))],
            [.. Enum.GetValues<RowFault>().Select(_ => new Tally())]);
        foreach (PartScan scan in inOrder)
            merged.Append(scan);
        return merged;
    }

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(
        new PartScanDocument(RowCount, RejectedRows, [.. Faults.Select(tally => tally.ToDocument())], [.. Columns.Select(column => column.ToDocument())]),
        SketchJsonContext.Default.PartScanDocument);

    /// <summary>Reads what <see cref="ToCanonicalJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static PartScan Parse(ReadOnlySpan<byte> utf8Json)
    {
        PartScanDocument document = JsonSerializer.Deserialize(utf8Json, SketchJsonContext.Default.PartScanDocument)
            ?? throw new JsonException("A scan is an object, not null.");
        if (document.Faults.Count != Enum.GetValues<RowFault>().Length || document.Columns.Any(column => column is null)
            || document.RejectedRows < 0 || document.Rows < document.RejectedRows)
            throw new JsonException("This is not a scan of this version of the program.");
        return new PartScan([.. document.Columns.Select(ColumnScan.Read)], [.. document.Faults.Select(Tally.Read)])
        {
            RowCount = document.Rows,
            RejectedRows = document.RejectedRows,
        };
    }

    private void Append(PartScan later)
    {
        if (!Columns.Select(column => (column.Name, column.Declared)).SequenceEqual(later.Columns.Select(column => (column.Name, column.Declared))))
            throw new ArgumentException("Scans of different columns or declared types cannot be merged.");
        for (int i = 0; i < Columns.Length; i++)
            Columns[i].Append(later.Columns[i], RowCount);
        for (int i = 0; i < Faults.Length; i++)
            Faults[i].Append(later.Faults[i], RowCount);
        RowCount += later.RowCount;
        RejectedRows += later.RejectedRows;
    }
}

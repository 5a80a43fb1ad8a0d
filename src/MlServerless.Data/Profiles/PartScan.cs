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
    private readonly List<ColumnScan> columns;

    private PartScan(IEnumerable<ColumnScan> columns, Tally[] faults, RuleScan? rules = null, RowSample? sample = null)
    {
        Rules = rules;
        Sample = sample;
        this.columns = [.. columns];
        Faults = faults;
    }

    /// <summary>All data rows, those kept out included; blank lines are none.</summary>
    public long RowCount { get; private set; }

    /// <summary>Rows that are kept out of tables and figures.</summary>
    public long RejectedRows { get; private set; }

    /// <summary>Rows that are not kept out.</summary>
    public long KeptRows => RowCount - RejectedRows;

    /// <summary>The columns in the order of the file; of several files, in the order of their first appearance.</summary>
    public IReadOnlyList<string> ColumnNames => [.. columns.Select(column => column.Name)];

    /// <summary>Whether there are more than <see cref="DataFormat.MaxColumns"/> columns. Then nothing else is told.</summary>
    public bool HasTooManyColumns { get; private init; }

    internal IReadOnlyList<ColumnScan> Columns => columns;

    /// <summary>By <see cref="RowFault"/>.</summary>
    internal Tally[] Faults { get; }

    /// <summary>What the rules came to; null where nothing has been scanned yet.</summary>
    internal RuleScan? Rules { get; private set; }

    /// <summary>Some of the kept rows; null where nothing has been scanned yet.</summary>
    internal RowSample? Sample { get; private set; }

    /// <inheritdoc cref="Scan(Stream, DataFormat, bool, DataSchema?, IReadOnlyList{RowRule}, SplitRule?, CancellationToken)"/>
    public static PartScan Scan(Stream part, DataFormat format, bool hasHeader, DataSchema? declared, CancellationToken cancellationToken) =>
        Scan(part, format, hasHeader, declared, [], null, cancellationToken);

    /// <summary>Reads a part once.</summary>
    /// <param name="part">Its bytes.</param>
    /// <param name="format">How the file is written.</param>
    /// <param name="hasHeader">Whether it is the first part.</param>
    /// <param name="declared">Columns whose type is given; the label of a classification belongs here as a category. Values that are not of the type keep their row out. Null for none.</param>
    /// <param name="rules">Conditions of which is counted how many rows break them.</param>
    /// <param name="split">How rows are going to be split, so that copies of a row in different parts are noticed; null where they are not.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static PartScan Scan(Stream part, DataFormat format, bool hasHeader, DataSchema? declared, IReadOnlyList<RowRule> rules, SplitRule? split, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(format);
        var rows = new TypedRowReader(part, format, hasHeader, declared);
        var columns = new List<ColumnScan>();
        RuleScan? ruleScan = rules.Count == 0 ? null : new RuleScan(rules);
        var sample = new RowSample(split);
        ValueBatch found = ValueBatch.Rent();
        TakeColumns(rows, columns, declared, 0);
        while (true)
        {
            long keptBefore = rows.RowsRead - rows.RejectedRows;
            if (!rows.Read(cancellationToken))
                break;
            TakeColumns(rows, columns, declared, keptBefore);
            sample.Turn(rows);
            for (int i = 0; i < columns.Count; i++)
                columns[i].Add(rows, i, sample.HashesOf(i), found);
            ruleScan?.Add(rows);
            sample.Add(rows);
        }

        if (rows.HasTooManyColumns)
            return WithTooManyColumns();
        found.Return();
        sample.Finish();
        for (int i = 0; i < columns.Count; i++)
            columns[i].Finish(rows.Unexpected[i]);
        return new PartScan(columns, rows.Faults, ruleScan, sample) { RowCount = rows.RowsRead, RejectedRows = rows.RejectedRows };
    }

    /// <summary>Merges scans of neighbouring parts of one version; row numbers become those in the whole. The parts may belong to files with different columns: the rows of a file are missing what it lacks.</summary>
    /// <param name="inOrder">In the order of the parts, taken up one after the other; none for an empty upload.</param>
    /// <exception cref="ArgumentException">They were made with different declared types or rules.</exception>
    public static PartScan Merge(IEnumerable<PartScan> inOrder)
    {
        ArgumentNullException.ThrowIfNull(inOrder);
        var merged = new PartScan([], NoFaults());
        foreach (PartScan scan in inOrder)
        {
            if (!scan.HasTooManyColumns)
                merged.Append(scan);
            if (scan.HasTooManyColumns || merged.columns.Count > DataFormat.MaxColumns)
                return WithTooManyColumns();
        }

        return merged;
    }

    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(
        new PartScanDocument(RowCount, RejectedRows, [.. Faults.Select(tally => tally.ToDocument())], [.. columns.Select(column => column.ToDocument())], HasTooManyColumns ? true : null, Rules?.ToDocument(), Sample?.ToDocument()),
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
        return new PartScan(document.Columns.Select(ColumnScan.Read), [.. document.Faults.Select(Tally.Read)], RuleScan.Read(document.Rules), RowSample.Read(document.Sample))
        {
            RowCount = document.Rows,
            RejectedRows = document.RejectedRows,
            HasTooManyColumns = document.TooManyColumns ?? false,
        };
    }

    /// <summary>The figures of what was seen until then would depend on how the file is cut.</summary>
    private static PartScan WithTooManyColumns() => new([], NoFaults()) { HasTooManyColumns = true };

    private static Tally[] NoFaults() => [.. Enum.GetValues<RowFault>().Select(_ => new Tally())];

    private static void TakeColumns(TypedRowReader rows, List<ColumnScan> columns, DataSchema? declared, long keptBefore)
    {
        foreach (string name in rows.ColumnNames.Skip(columns.Count))
        {
            var column = new ColumnScan(name, declared?.Find(name));
            column.AddAbsent(keptBefore);
            columns.Add(column);
        }
    }

    private void Append(PartScan later)
    {
        var mine = columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (ColumnScan column in later.columns)
        {
            if (!mine.Remove(column.Name, out ColumnScan? sum))
            {
                sum = new ColumnScan(column.Name, column.Declared is { } type ? new ColumnSchema(column.Name, type) : null);
                sum.AddAbsent(KeptRows);
                columns.Add(sum);
            }

            if (sum.Declared != column.Declared)
                throw new ArgumentException($"Scans in which '{column.Name}' was declared differently cannot be merged.");
            sum.Append(column, RowCount);
        }

        foreach (ColumnScan absent in mine.Values)
            absent.AddAbsent(later.KeptRows);
        for (int i = 0; i < Faults.Length; i++)
            Faults[i].Append(later.Faults[i], RowCount);
        if (later.Rules is { } rules)
            (Rules ??= rules.Empty()).Append(rules, RowCount);
        if (later.Sample is { } sample)
            (Sample ??= sample.Empty()).Append(sample, RowCount);
        RowCount += later.RowCount;
        RejectedRows += later.RejectedRows;
    }
}

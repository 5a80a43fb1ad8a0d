using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>What one pass saw of one column, in rows that are not kept out.</summary>
internal sealed class ColumnScan
{
    internal const int CountedValues = 1024;

    private readonly double min;
    private readonly double max;
    private readonly HashSet<string>? domain;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> domainLookup;

    /// <summary>Counts the values while they are few.</summary>
    private FewScan? few;
    private bool areMany;

    internal ColumnScan(string name, ColumnSchema? declared)
    {
        Name = name;
        Declared = declared?.Type;
        areMany = declared?.Type.IsNumeric() == true;
        min = declared?.Min ?? double.NegativeInfinity;
        max = declared?.Max ?? double.PositiveInfinity;
        if (declared?.Values is { } values)
        {
            domain = new HashSet<string>(values, StringComparer.Ordinal);
            domainLookup = domain.GetAlternateLookup<ReadOnlySpan<char>>();
        }
    }

    internal string Name { get; }

    /// <summary>The type it was scanned as; null where the type was left to be inferred.</summary>
    internal ColumnType? Declared { get; }

    internal Tally Missing { get; private set; } = new();

    /// <summary>Rows that lack the column, or whose file does; their values are missing, too, but in no row that could be shown.</summary>
    internal long Absent { get; private set; }

    /// <summary>Values that are not there, for either reason.</summary>
    internal long MissingValues => Missing.Count + Absent;

    internal Tally NonFinite { get; private set; } = new();

    /// <summary>Values not of the declared type (their rows are kept out).</summary>
    internal Tally Unexpected { get; private set; } = new();

    internal Tally OutOfRange { get; private set; } = new();

    internal Tally OutsideDomain { get; private set; } = new();

    /// <summary>By <see cref="ValueClass"/>; empty for a declared column.</summary>
    internal Tally[] Classes { get; private set; } = [.. Enum.GetValues<ValueClass>().Select(_ => new Tally())];

    /// <summary>Numbers and booleans, or what a declared numeric column holds.</summary>
    internal NumberScan Numbers { get; private set; } = new();

    /// <summary>Points in time of a column that is not declared.</summary>
    internal NumberScan Times { get; private set; } = new();

    internal LengthScan Lengths { get; private set; } = new();

    internal SampledValues<HyperLogLog> Values { get; } = new(CountedValues);

    /// <summary>Values that are there and finite.</summary>
    internal long Present(long keptRows) => keptRows - MissingValues - NonFinite.Count;

    internal long CountOf(ValueClass valueClass) => Classes[(int)valueClass].Count;

    /// <summary>Takes up the kept rows of the batch on which the reader stands.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The place of this column among them.</param>
    /// <param name="rowHashes">To which the texts are added.</param>
    /// <param name="found">Room to work in.</param>
    internal void Add(TypedRowReader rows, int column, RowHashes rowHashes, ValueBatch found)
    {
        found.Restart(rows.Rows);
        if (!areMany)
        {
            few ??= new FewScan(this);
            if (few.TryAdd(rows, column, rowHashes, found))
                return;
            FinishFew(found.Moments);
        }

        if (Declared is null)
            AddUndeclared(rows, column, rowHashes, found);
        else if (rows.Numbers(column) is { } numbers)
            AddNumbers(rows, column, numbers, rowHashes, found);
        else
            AddTexts(rows, column, rowHashes, found);
        Values.Add(new ColumnTexts(rows.Batch, column, found.Sources), found.Hashes);
        Numbers.Add(found.Numbers, found.Moments);
    }

    /// <summary>Ends a scan.</summary>
    internal void Finish(Tally unexpected)
    {
        FinishFew(null);
        Numbers.Finish();
        Unexpected = unexpected;
    }

    /// <summary>Whether the declaration lists the value, or none.</summary>
    internal bool IsInDomain(ReadOnlySpan<byte> text)
    {
        if (domain is null)
            return true;
        Span<char> scratch = stackalloc char[256];
        return text.Length <= scratch.Length
            ? domainLookup.Contains(scratch[..Encoding.UTF8.GetChars(text, scratch)])
            : domain.Contains(Encoding.UTF8.GetString(text));
    }

    internal Tally? TallyOf(FewKind kind) => kind switch
    {
        < FewKind.Missing => Classes[(int)kind],
        FewKind.Missing => Missing,
        FewKind.NonFinite => NonFinite,
        FewKind.OutsideDomain => OutsideDomain,
        _ => null,
    };

    /// <summary>Takes up rows whose file lacks the column.</summary>
    internal void AddAbsent(long rows) => Absent += rows;

    internal void Append(ColumnScan later, long offset)
    {
        Absent += later.Absent;
        Missing.Append(later.Missing, offset);
        NonFinite.Append(later.NonFinite, offset);
        Unexpected.Append(later.Unexpected, offset);
        OutOfRange.Append(later.OutOfRange, offset);
        OutsideDomain.Append(later.OutsideDomain, offset);
        for (int i = 0; i < Classes.Length; i++)
            Classes[i].Append(later.Classes[i], offset);
        Numbers.Merge(later.Numbers);
        Times.Merge(later.Times);
        Lengths.Merge(later.Lengths);
        Values.Merge(later.Values);
    }

    internal ColumnScanDocument ToDocument()
    {
        List<ValueCount> values = Values.Sample.ToList();
        return new ColumnScanDocument(
            Name,
            [.. values.Select(value => value.Value)],
            [.. values.Select(value => value.Count)],
            Declared,
            Values.Summary is null ? null : Convert.ToBase64String(Values.Summary.Registers),
            Absent == 0 ? null : Absent,
            Missing.ToDocument(),
            NonFinite.ToDocument(),
            Unexpected.ToDocument(),
            OutOfRange.ToDocument(),
            OutsideDomain.ToDocument(),
            Declared is null ? [.. Classes.Select(tally => tally.ToDocument())] : null,
            Numbers.ToDocument(),
            Times.ToDocument(),
            Lengths.ToDocument());
    }

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static ColumnScan Read(ColumnScanDocument document)
    {
        var scan = new ColumnScan(document.Name, document.Declared is { } type ? new ColumnSchema(document.Name, type) : null)
        {
            Absent = document.Absent is null or > 0 ? document.Absent ?? 0 : throw new JsonException("A number of absent values is above 0."),
            Missing = Tally.Read(document.Missing),
            NonFinite = Tally.Read(document.NonFinite),
            Unexpected = Tally.Read(document.Unexpected),
            OutOfRange = Tally.Read(document.OutOfRange),
            OutsideDomain = Tally.Read(document.OutsideDomain),
            Numbers = NumberScan.Read(document.Numbers),
            Times = NumberScan.Read(document.Times),
            Lengths = LengthScan.Read(document.Lengths),
        };
        if (document.Classes is { } classes)
        {
            if (classes.Count != scan.Classes.Length)
                throw new JsonException($"{scan.Classes.Length} counts by class are expected.");
            scan.Classes = [.. classes.Select(Tally.Read)];
        }

        scan.Values.Restore(document.Values, document.Counts, ReadRegisters(document.Registers));
        return scan;
    }

    /// <exception cref="JsonException">They were not written by this class.</exception>
    internal static HyperLogLog? ReadRegisters(string? base64)
    {
        if (base64 is null)
            return null;
        var summary = new HyperLogLog();
        if (!Convert.TryFromBase64String(base64, summary.Registers, out int written) || written != HyperLogLog.Size
            || summary.Registers.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)(64 - HyperLogLog.Precision + 1)))
            throw new JsonException("The registers of a distinct count are not valid.");
        return summary;
    }

    private void FinishFew(MomentBuckets? moments)
    {
        few?.Finish(moments);
        few = null;
        areMany = true;
    }

    private void AddMissing(TypedRowReader rows, int row, int column)
    {
        if (rows.Lacks(row, column))
            Absent++;
        else
            Missing.Add(rows.NumberOf(row));
    }

    private void AddUndeclared(TypedRowReader rows, int column, RowHashes rowHashes, ValueBatch found)
    {
        Span<byte> classes = found.ReadShortNumbers(rows.Batch, column, rowHashes, out LengthRun lengths);
        for (int row = classes.IndexOf(ShortNumberKernel.NotRead); row >= 0 && row < classes.Length; row++)
        {
            if (classes[row] == ShortNumberKernel.NotRead && rows.IsKept(row) && AddOther(rows, row, column, rowHashes, found, ref lengths) is { } other)
                classes[row] = (byte)other;
        }

        Lengths.Add(lengths);
        for (int i = 0; i < Classes.Length; i++)
            CountClass(rows, column, classes, (byte)i);
    }

    private void CountClass(TypedRowReader rows, int column, ReadOnlySpan<byte> classes, byte valueClass)
    {
        Tally tally = Classes[valueClass];
        long counted = tally.Count + classes.Count(valueClass);
        for (int row = 0; tally.Count < Math.Min(counted, Tally.MaxRows); row++)
        {
            if (classes[row] == valueClass)
                tally.Add(rows.NumberOf(row), ValueParser.Trim(rows.Text(row, column)));
        }

        tally.AddWithoutExamples(counted - tally.Count);
    }

    private ValueClass? AddOther(TypedRowReader rows, int row, int column, RowHashes rowHashes, ValueBatch found, ref LengthRun lengths)
    {
        ReadOnlySpan<byte> text = rows.Text(row, column);
        if (!ShortNumberKernel.IsShort(rows.Batch, rows.Batch.Cells[row * rows.Batch.Stride + column]))
            rowHashes.Add(row, text);
        ReadOnlySpan<byte> trimmed = ValueParser.Trim(text);
        if (ValueParser.IsMissingTrimmed(trimmed))
        {
            AddMissing(rows, row, column);
            return null;
        }

        AddValue(rows, row, column, found);
        lengths.Add(text, rows.IsAscii);
        if (!ValueClassifier.TryClassify(trimmed, out ValueClass valueClass, out double value))
        {
            NonFinite.Add(rows.NumberOf(row), trimmed);
            return null;
        }

        if (valueClass is ValueClass.Integer or ValueClass.Number or ValueClass.Boolean)
            found.AddNumber(value);
        else if (valueClass == ValueClass.DateTime)
            Times.Add(value);
        return valueClass;
    }

    private void AddNumbers(TypedRowReader rows, int column, double[] numbers, RowHashes rowHashes, ValueBatch found)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            if (!rows.IsKept(row))
                continue;
            rowHashes.Add(row, rows.Text(row, column));
            double value = numbers[row];
            if (double.IsNaN(value))
            {
                AddMissing(rows, row, column);
                continue;
            }

            if (double.IsInfinity(value))
            {
                NonFinite.Add(rows.NumberOf(row), rows.Text(row, column));
                continue;
            }

            AddValue(rows, row, column, found);
            found.AddNumber(value);
            if (value < min || value > max)
                OutOfRange.Add(rows.NumberOf(row), rows.Text(row, column));
        }
    }

    private void AddTexts(TypedRowReader rows, int column, RowHashes rowHashes, ValueBatch found)
    {
        var lengths = new LengthRun();
        for (int row = 0; row < rows.Rows; row++)
        {
            if (!rows.IsKept(row))
                continue;
            ReadOnlySpan<byte> text = rows.Text(row, column);
            rowHashes.Add(row, text);
            if (ValueParser.IsMissing(text))
            {
                AddMissing(rows, row, column);
                continue;
            }

            if (Declared == ColumnType.Ignored)
                continue;
            AddValue(rows, row, column, found);
            lengths.Add(text, rows.IsAscii);
            if (!IsInDomain(text))
                OutsideDomain.Add(rows.NumberOf(row), text);
        }

        Lengths.Add(lengths);
    }

    private void AddValue(TypedRowReader rows, int row, int column, ValueBatch found)
    {
        byte[] buffer = rows.Batch.Buffer;
        Cell cell = rows.Batch.Cells[row * rows.Batch.Stride + column];
        if (cell.Length <= StableHash.ShortLength && cell.Start + StableHash.ShortLength <= buffer.Length)
            found.AddText(row, StableHash.OfShort(ref buffer[cell.Start], cell.Length));
        else
            Values.Add(buffer.AsSpan(cell.Start, cell.Length));
    }
}

using System.Text;
using System.Text.Json;

namespace MlServerless.Data;

/// <summary>
/// A sample of the kept rows, chosen by a hash of their content without the key: what relations between columns, copies of rows and their places in the
/// split are told from. The hash is a sum over the columns that have a value, so neither the order of columns nor columns without values matter.
/// </summary>
internal sealed class RowSample
{
    /// <summary>How many different rows are held.</summary>
    internal const int Capacity = 2048;

    /// <summary>Rows with more text than this are counted without their values, so that memory is bounded.</summary>
    private const int MostText = 8192;

    /// <summary>Longer rows are packed at once.</summary>
    private const int MostUnpacked = 1024;

    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const int LongestCell = 64;
    private const int KeptOfLongCell = 32;

    private readonly IReadOnlyList<string> key;
    private readonly RowPlacer? placer;
    private readonly List<string> names = [];
    private readonly List<ulong> seeds = [];
    private readonly List<bool> isKey = [];
    private ulong[] contentHashes = [];
    private ulong[] keyHashes = [];

    /// <param name="split">How rows are placed; null, or a rule without key, where copies of a row are always placed together.</param>
    internal RowSample(SplitRule? split = null)
    {
        key = split?.Key ?? [];
        placer = key.Count == 0 ? null : new RowPlacer(split!, key);
        Copies = key.Count == 0 ? null : new BottomRows(Capacity);
    }

    private RowSample(bool hasKey)
    {
        key = [];
        Copies = hasKey ? new BottomRows(Capacity) : null;
    }

    /// <summary>By their content without the key.</summary>
    internal BottomRows Contents { get; } = new(Capacity);

    /// <summary>By their whole content, without values; null where there is no key, so that both are the same.</summary>
    internal BottomRows? Copies { get; private set; }

    /// <summary>Rows that are the same in every column.</summary>
    internal BottomRows WholeRows => Copies ?? Contents;

    /// <summary>Turns to the batch on which the reader stands; then every column adds its part to the hashes of the rows.</summary>
    internal void Turn(TypedRowReader rows)
    {
        TakeColumns(rows);
        if (contentHashes.Length < rows.Rows)
        {
            contentHashes = new ulong[rows.Rows];
            keyHashes = new ulong[rows.Rows];
        }

        contentHashes.AsSpan(0, rows.Rows).Clear();
        keyHashes.AsSpan(0, Copies is null ? 0 : rows.Rows).Clear();
    }

    /// <summary>To what a column adds.</summary>
    internal RowHashes HashesOf(int column) => new(isKey[column] ? keyHashes : contentHashes, seeds[column]);

    /// <summary>Takes up the kept rows of the batch on which the reader stands, once all columns are in their hashes.</summary>
    internal void Add(TypedRowReader rows)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            if (!rows.IsKept(row))
                continue;
            Add(Contents, rows, row, StableHash.Mix(contentHashes[row], Seed), isContent: true);
            if (Copies is not null)
                Add(Copies, rows, row, StableHash.Mix(contentHashes[row] + keyHashes[row], Seed), isContent: false);
        }
    }

    /// <summary>Ends a scan.</summary>
    internal void Finish()
    {
        Contents.Finish(Pack);
        Copies?.Finish(Pack);
    }

    internal RowSample Empty() => new(Copies is not null);

    /// <exception cref="ArgumentException">One of the samples was made with a key.</exception>
    internal void Append(RowSample later, long offset)
    {
        if (Copies is null != later.Copies is null)
            throw new ArgumentException("Scans with different keys cannot be merged.", nameof(later));
        Contents.Append(later.Contents, offset);
        Copies?.Append(later.Copies!, offset);
    }

    internal RowSampleDocument ToDocument()
    {
        IReadOnlyList<SampledRow> rows = Contents.ToList();
        return new RowSampleDocument(BottomRowsDocument.Of(Contents), SampledColumnDocument.Of(rows), Copies is null ? null : BottomRowsDocument.Of(Copies));
    }

    /// <exception cref="JsonException">It was not written by this class.</exception>
    internal static RowSample? Read(RowSampleDocument? document)
    {
        if (document is null)
            return null;
        var sample = new RowSample(document.Copies is not null);
        document.Contents.RestoreTo(sample.Contents, document.Columns);
        document.Copies?.RestoreTo(sample.Copies!, []);
        return sample;
    }

    private void TakeColumns(TypedRowReader rows)
    {
        if (names.Count == rows.ColumnNames.Count)
            return;
        for (int i = names.Count; i < rows.ColumnNames.Count; i++)
        {
            names.Add(rows.ColumnNames[i]);
            seeds.Add(StableHash.Of(Encoding.UTF8.GetBytes(rows.ColumnNames[i])) | 1);
            isKey.Add(key.Contains(rows.ColumnNames[i]));
        }

        placer?.Turn(names);
    }

    private void Add(BottomRows sample, TypedRowReader rows, int row, ulong hash, bool isContent)
    {
        sample.Count(hash);
        if (!sample.Admits(hash))
            return;
        long number = rows.NumberOf(row);
        bool isPlaced = isContent && placer is not null;
        int place = isPlaced ? placer!.Place(rows, row) : 0;
        if (sample.Find(hash) is { } known)
        {
            known.Count++;
            known.Second = known.Second == 0 ? number : known.Second;
            if (isPlaced && known.Places[place] == 0)
                known.Places[place] = number;
            return;
        }

        SampledRow first = sample.Rent(hash, isPlaced);
        first.Count = 1;
        first.First = number;
        if (isPlaced)
            first.Places[place] = number;
        if (isContent)
            TakeCells(rows, row, first.Cells);
        sample.Add(first);
    }

    private void TakeCells(TypedRowReader rows, int row, SampledCells cells)
    {
        RowBatchReader batch = rows.Batch;
        RowExtent extent = batch.Extents[row];
        int bytes = extent.End - extent.Start;
        cells.Restart(names);
        if (bytes > MostUnpacked || !cells.TryTake(batch.Buffer.AsSpan(extent.Start, bytes), extent.Start, batch.Cells.AsSpan(row * batch.Stride, names.Count)))
            Pack(cells, column => rows.Text(row, column), names.Count);
    }

    private SampledCells Pack(SampledCells unpacked)
    {
        var packed = new SampledCells();
        packed.Restart(names, unpacked.PackedBytes);
        Pack(packed, unpacked.Unpacked, unpacked.Columns);
        return packed;
    }

    private void Pack(SampledCells cells, CellText textOf, int columns)
    {
        int total = 0;
        for (int column = 0; column < columns; column++)
        {
            ReadOnlySpan<byte> text = textOf(column);
            if (isKey[column] || ValueParser.IsMissing(text))
                continue;
            if (text.Length > LongestCell)
                text = Shorten(text);
            total += Encoding.UTF8.GetCharCount(text);
            if (total > MostText)
            {
                cells.Restart(names);
                return;
            }

            cells.Add(column, text);
        }
    }

    private static byte[] Shorten(ReadOnlySpan<byte> text)
    {
        int cut = KeptOfLongCell;
        while ((text[cut] & 0xC0) == 0x80)
            cut--;
        return Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(text[..cut])}…{StableHash.Of(text):x16}");
    }

    private delegate ReadOnlySpan<byte> CellText(int column);
}

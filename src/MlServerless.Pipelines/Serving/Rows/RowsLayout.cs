using MlServerless.Data;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving.Protocols;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>What of a file of rows all its parts need to know.</summary>
/// <param name="Delimiter">Of CSV.</param>
/// <param name="HeaderBytes">Bytes before the first row.</param>
/// <param name="Columns">Of CSV: the input of every column, −1 for one that the model does not know.</param>
public sealed record RowsLayout(RowsFormat Format, char Delimiter, int HeaderBytes, IReadOnlyList<int> Columns)
{
    /// <summary>Finds how rows are written, and whether they have the columns that the model needs.</summary>
    /// <param name="head">The beginning: <see cref="DataFormat.HeadBytes"/> bytes, or all there are.</param>
    /// <param name="format">Null to tell it from the beginning.</param>
    /// <param name="delimiter">Of CSV; null to detect it.</param>
    /// <param name="data">How the data are cut at row ends.</param>
    /// <exception cref="ProblemException">400: the model cannot be asked with these rows at all.</exception>
    internal static RowsLayout Recognize(ReadOnlySpan<byte> head, InputCells cells, RowsFormat? format, char? delimiter, out DataFormat data)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            throw ProblemException.BadRequest("The rows are compressed.", "Send them as they are: rows are scored from many places of a file at once, which gzip does not allow.");
        if ((format ?? (NdjsonFormat.IsLikely(head) ? RowsFormat.Ndjson : RowsFormat.Csv)) == RowsFormat.Ndjson)
        {
            data = NdjsonFormat.Discover;
            return new RowsLayout(RowsFormat.Ndjson, ',', head.StartsWith("\uFEFF"u8) ? 3 : 0, []);
        }

        CsvFormat csv = CsvFormat.Detect(head, delimiter, out IReadOnlyList<Finding> findings);
        if (findings.FirstOrDefault(finding => finding.Severity == Severity.Blocking) is { } fault)
            throw ProblemException.BadRequest("The rows cannot be read as CSV.", fault.Message);
        data = csv;
        var reader = new CsvRowReader(head[..csv.HeaderBytes], csv.Delimiter);
        if (!reader.Read())
            throw ProblemException.BadRequest("There is no header.", "CSV begins with a line that names the columns.");
        return new RowsLayout(RowsFormat.Csv, csv.Delimiter, csv.HeaderBytes, new CsvTableReader(cells).ReadHeader(reader));
    }

    /// <summary>Reads the rows of a part that is whole in memory.</summary>
    /// <param name="start">Where the part begins, in bytes: what of it belongs to the header is no row.</param>
    internal RowsReader Read(ReadOnlyMemory<byte> part, long start, InputCells cells)
    {
        ReadOnlyMemory<byte> rows = part[(int)Math.Clamp(HeaderBytes - start, 0, part.Length)..];
        return Format == RowsFormat.Csv ? new CsvRows(rows.Span, Delimiter, [.. Columns], cells) : new NdjsonRows(rows, cells);
    }
}

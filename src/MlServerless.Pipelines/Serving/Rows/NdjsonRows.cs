using System.Text.Json;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>Rows of NDJSON. Blank lines are no rows.</summary>
internal sealed class NdjsonRows(ReadOnlyMemory<byte> ndjson, InputCells cells) : RowsReader
{
    private readonly JsonRowReader reader = new(cells);
    private int position;

    public override bool Skip() => TryNext(out _);

    public override bool Read(RowBatch batch, RowErrors errors)
    {
        if (!TryNext(out ReadOnlyMemory<byte> line))
            return false;
        int row = batch.RowCount;
        try
        {
            var json = new Utf8JsonReader(line.Span, JsonRowReader.Options);
            json.Read();
            reader.ReadRow(ref json, batch, errors);
            if (json.Read())
                errors.Add(row, null, "has more behind its object; send one object to a line.");
        }
        catch (JsonException exception)
        {
            if (batch.RowCount == row)
                batch.AddRows(1);
            errors.Add(row, null, $"is not valid JSON: {JsonFault.Describe(exception)}");
        }

        return true;
    }

    private bool TryNext(out ReadOnlyMemory<byte> line)
    {
        while (position < ndjson.Length)
        {
            ReadOnlySpan<byte> rest = ndjson.Span[position..];
            int end = rest.IndexOf((byte)'\n');
            int length = end < 0 ? rest.Length : end;
            line = ndjson.Slice(position, length);
            position += end < 0 ? length : length + 1;
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
                return true;
        }

        line = default;
        return false;
    }
}

using MlServerless.Data;
using MlServerless.Pipelines.Serving.Protocols;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>Rows of CSV behind the header.</summary>
internal sealed class CsvRows(ReadOnlySpan<byte> csv, char delimiter, int[] columns, InputCells cells) : RowsReader
{
    private readonly CsvRowReader reader = new(csv, delimiter);
    private readonly CsvTableReader table = new(cells);

    public override bool Skip() => reader.Read();

    public override bool Read(RowBatch batch, RowErrors errors)
    {
        if (!reader.Read())
            return false;
        table.ReadRow(reader, columns, batch, errors);
        return true;
    }
}

using System.Buffers;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Rows as lines of JSON that read as the same bits. Masked columns read as missing.</summary>
internal sealed class RowText : IDisposable
{
    private readonly ArrayBufferWriter<byte> output = new(1024);
    private readonly Utf8JsonWriter writer;
    private readonly IReadOnlyList<SignatureField> inputs;
    private readonly JsonEncodedText[] names;
    private readonly bool[] masked;

    public RowText(ServedModel model, IReadOnlyList<string> mask)
    {
        inputs = model.Artifact.Signature.Inputs;
        names = model.InputTexts;
        masked = [.. inputs.Select(input => mask.Contains(input.Name, StringComparer.Ordinal))];
        writer = new Utf8JsonWriter(output, PredictionWriter.Options);
    }

    public ReadOnlyMemory<byte> Bytes => output.WrittenMemory;

    public int Rows { get; private set; }

    public void Add(PredictionOutcome outcome, int row, PredictionIds ids)
    {
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("key"u8, ids.KeyOf(outcome.FirstId + row));
        writer.WriteNumber("version"u8, outcome.Model.Version);
        writer.WriteStartObject("row"u8);
        for (int input = 0; input < names.Length; input++)
            WriteCell(outcome.Rows, outcome.Rows[row, input], input);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n"u8);
        Rows++;
    }

    public void Dispose() => writer.Dispose();

    private void WriteCell(RowBatch rows, RowBatch.Cell cell, int input)
    {
        if (cell.Kind == RowBatch.CellKind.Absent && !masked[input])
            return;
        writer.WritePropertyName(names[input]);
        switch (masked[input] ? RowBatch.CellKind.Missing : cell.Kind)
        {
            case RowBatch.CellKind.Text: writer.WriteStringValue(rows.Text(cell)); break;
            case RowBatch.CellKind.Number when inputs[input].Type == ColumnType.Boolean: writer.WriteBooleanValue(cell.Value != 0); break;
            case RowBatch.CellKind.Number when inputs[input].Type == ColumnType.DateTime: writer.WriteStringValue(JsonRowWriter.Iso(cell.Value)); break;
            case RowBatch.CellKind.Number: DoubleJsonConverter.Write(writer, cell.Value); break;
            default: writer.WriteNullValue(); break;
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Serving.Rows;

/// <summary>
/// Writes a line for every row: its number (1 for the first behind the header), and either what was predicted or what is wrong with it. Numbers are written
/// so that reading them gives the same bits.
/// </summary>
internal sealed class RowsWriter(RowsFormat format, LearningTask task, IBufferWriter<byte> output) : IDisposable
{
    private readonly Utf8JsonWriter json = new(output, PredictionWriter.Options);

    private bool HasProbability => task != LearningTask.Regression;

    public static string ContentType(RowsFormat format) => format == RowsFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";

    /// <summary>What stands before the first row.</summary>
    public void WriteHeader()
    {
        if (format == RowsFormat.Csv)
            output.Write(HasProbability ? "row,id,prediction,probability,error\n"u8 : "row,id,prediction,error\n"u8);
    }

    public void WritePrediction(long number, PredictionOutcome outcome, int row)
    {
        if (format == RowsFormat.Csv)
        {
            WriteCsv(number, outcome, row);
            return;
        }

        Begin(number);
        PredictionWriter.WriteMembers(json, outcome, row);
        End();
    }

    public void WriteErrors(long number, IReadOnlyList<RowFault> faults)
    {
        if (format == RowsFormat.Csv)
        {
            WriteNumber(number);
            output.Write(HasProbability ? ",,,,"u8 : ",,,"u8);
            WriteField(string.Join("; ", faults.Select(fault => fault.Column is null ? fault.Message : $"{fault.Column}: {fault.Message}")));
            output.Write("\n"u8);
            return;
        }

        Begin(number);
        json.WriteStartArray("errors"u8);
        foreach (RowFault fault in faults)
        {
            json.WriteStartObject();
            if (fault.Column is not null)
                json.WriteString("column"u8, fault.Column);
            json.WriteString("message"u8, fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        End();
    }

    public void Dispose() => json.Dispose();

    private void Begin(long number)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteNumber("row"u8, number);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    private void WriteCsv(long number, PredictionOutcome outcome, int row)
    {
        WriteNumber(number);
        output.Write(","u8);
        if (outcome.Ids is { } ids)
        {
            ids.Write(outcome.FirstId + row, outcome.Class(row), outcome.Score(row), output.GetSpan(PredictionIds.Length));
            output.Advance(PredictionIds.Length);
        }

        output.Write(","u8);
        if (HasProbability)
        {
            WriteField(outcome.Model.Artifact.ClassLabels[outcome.Class(row)]);
            output.Write(","u8);
        }

        json.Reset();
        DoubleJsonConverter.Write(json, outcome.Score(row));
        json.Flush();
        output.Write(",\n"u8);
    }

    private void WriteNumber(long number)
    {
        number.TryFormat(output.GetSpan(20), out int written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void WriteField(string text)
    {
        string quoted = text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        Encoding.UTF8.GetBytes(quoted, output);
    }
}

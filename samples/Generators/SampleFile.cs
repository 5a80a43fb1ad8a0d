using System.Text.Json;

namespace MlServerless.Samples;

/// <summary>One month of a sample as a CSV file: UTF-8 without a mark, comma, a header, quotes where needed, lines ended by LF.</summary>
public sealed class SampleFile
{
    private readonly RowGenerator generator;
    private readonly ulong seed;
    private readonly int month;
    private readonly bool drifted;

    internal SampleFile(RowGenerator generator, ulong seed, int month, bool drifted, int rows, string name)
    {
        this.generator = generator;
        this.seed = seed;
        this.month = month;
        this.drifted = drifted;
        Rows = rows;
        Name = name;
    }

    /// <summary>File name, e.g. <c>2026-01.csv</c>.</summary>
    public string Name { get; }

    /// <summary>Number of data rows.</summary>
    public int Rows { get; }

    /// <summary>The first rows of this file under the same name. They are the same bytes as in the whole file.</summary>
    public SampleFile Take(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return new SampleFile(generator, seed, month, drifted, Math.Min(rows, Rows), Name);
    }

    /// <summary>Writes the file.</summary>
    public void WriteTo(Stream stream)
    {
        using var csv = new CsvRowWriter(stream);
        csv.Header(generator.Columns);
        for (int row = 0; row < Rows; row++)
        {
            Generate(row, csv);
            csv.EndRow();
        }
    }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        WriteTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Rows as a JSON array of <c>{column: value}</c> without the label, as an application sends them for prediction. Missing values are null.</summary>
    /// <param name="first">0-based index of the first row.</param>
    /// <param name="count">Number of rows; fewer come when the file ends before.</param>
    public byte[] ToPredictionRequest(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartArray();
            for (int row = first; row < Math.Min(Rows, first + count); row++)
                WriteRow(writer, row);
            writer.WriteEndArray();
        }
        return bytes.ToArray();
    }

    /// <summary>One row as a JSON object without the label.</summary>
    /// <param name="row">0-based index.</param>
    public byte[] ToPredictionRow(int row)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
            WriteRow(writer, row);
        return bytes.ToArray();
    }

    /// <summary>The label of a row, as it is written in the file.</summary>
    /// <param name="row">0-based index.</param>
    public string LabelOf(int row)
    {
        using var bytes = new MemoryStream();
        using var writer = new Utf8JsonWriter(bytes);
        var json = new JsonRowWriter(writer, generator.Columns, omitted: generator.Label);
        writer.WriteStartObject();
        Generate(row, json);
        return json.Omitted ?? throw new InvalidOperationException($"Row {row} has no label.");
    }

    private void WriteRow(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartObject();
        Generate(row, new JsonRowWriter(writer, generator.Columns, omitted: generator.Label));
        writer.WriteEndObject();
    }

    private void Generate(int row, IRowWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        // Each row has dice of its own, so that a row does not depend on how many rows stand before it.
        generator.Write(new Dice(seed, (ulong)month, (ulong)row), new RowPlace(month, row, drifted), writer);
    }
}

using System.Globalization;
using System.Text;

namespace MlServerless.Samples;

/// <summary>Writes rows as CSV (RFC 4180, but with LF).</summary>
internal sealed class CsvRowWriter : IRowWriter, IDisposable
{
    private readonly StreamWriter writer;
    private bool rowStarted;

    public CsvRowWriter(Stream stream) =>
        writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };

    public void Header(IEnumerable<string> columns)
    {
        foreach (string column in columns)
            Text(column);
        EndRow();
    }

    public void EndRow()
    {
        writer.WriteLine();
        rowStarted = false;
    }

    public void Text(string? value)
    {
        Separate();
        if (value is null)
            return;
        if (value.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            writer.Write(value);
            return;
        }
        writer.Write('"');
        writer.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }

    public void Integer(long? value) => Text(value?.ToString(CultureInfo.InvariantCulture));

    public void Decimal(long? units, int digits) => Text(units is { } u ? Fixed.Format(u, digits) : null);

    public void Boolean(bool? value) => Text(value is { } b ? b ? "true" : "false" : null);

    public void Date(DateOnly? value) => Text(value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public void Instant(DateTime? value) => Text(value?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    public void Dispose() => writer.Dispose();

    private void Separate()
    {
        if (rowStarted)
            writer.Write(',');
        rowStarted = true;
    }
}

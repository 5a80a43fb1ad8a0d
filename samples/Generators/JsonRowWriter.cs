using System.Globalization;
using System.Text.Json;

namespace MlServerless.Samples;

/// <summary>Writes rows as the members of a JSON object; one column is left out and kept as text.</summary>
internal sealed class JsonRowWriter(Utf8JsonWriter writer, IReadOnlyList<string> columns, string omitted) : IRowWriter
{
    private int next;

    /// <summary>The value of the column that was left out.</summary>
    public string? Omitted { get; private set; }

    public void Text(string? value)
    {
        if (IsOmitted(value))
            return;
        if (value is null)
            writer.WriteNullValue();
        else
            writer.WriteStringValue(value);
    }

    public void Integer(long? value) => Raw(value?.ToString(CultureInfo.InvariantCulture));

    public void Decimal(long? units, int digits) => Raw(units is { } u ? Fixed.Format(u, digits) : null);

    public void Boolean(bool? value) => Raw(value is { } b ? b ? "true" : "false" : null);

    public void Date(DateOnly? value) => Text(value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public void Instant(DateTime? value) => Text(value?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    private void Raw(string? json)
    {
        if (IsOmitted(json))
            return;
        writer.WriteRawValue(json ?? "null");
    }

    private bool IsOmitted(string? value)
    {
        string column = columns[next++];
        if (column == omitted)
        {
            Omitted = value;
            return true;
        }
        writer.WritePropertyName(column);
        return false;
    }
}

namespace MlServerless.Data;

internal readonly struct DateTimeReader : IValueReader
{
    public static bool TryRead(ReadOnlySpan<byte> trimmed, out double value) => DateTimeParser.TryParse(trimmed, out value);
}

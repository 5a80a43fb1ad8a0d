namespace MlServerless.Data;

internal readonly struct IntegerReader : IValueReader
{
    public static bool TryRead(ReadOnlySpan<byte> trimmed, out double value)
    {
        if (ValueParser.TryInteger(trimmed, out long integer))
        {
            value = integer;
            return true;
        }

        value = double.PositiveInfinity;
        return ValueParser.IsInfinite(trimmed);
    }
}

namespace MlServerless.Data;

internal readonly struct NumberReader : IValueReader
{
    public static bool TryRead(ReadOnlySpan<byte> trimmed, out double value)
    {
        if (ValueParser.TryNumber(trimmed, out value, out _))
            return true;
        value = double.PositiveInfinity;
        return ValueParser.IsInfinite(trimmed);
    }
}

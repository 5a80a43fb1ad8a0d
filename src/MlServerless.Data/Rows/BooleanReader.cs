namespace MlServerless.Data;

internal readonly struct BooleanReader : IValueReader
{
    public static bool TryRead(ReadOnlySpan<byte> trimmed, out double value)
    {
        bool read = ValueParser.TryBoolean(trimmed, out bool flag);
        value = flag ? 1 : 0;
        return read;
    }
}

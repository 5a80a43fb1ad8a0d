namespace MlServerless.Data;

/// <summary>Reads values of one column type as doubles.</summary>
internal interface IValueReader
{
    /// <param name="trimmed">Text that is not missing.</param>
    /// <param name="value">The value; infinite where the text stands for more than a double holds.</param>
    static abstract bool TryRead(ReadOnlySpan<byte> trimmed, out double value);
}

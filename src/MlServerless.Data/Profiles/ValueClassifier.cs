namespace MlServerless.Data;

/// <summary>Tells what the text of a value could be.</summary>
internal static class ValueClassifier
{
    private const double LargestExactInteger = 9007199254740992.0;

    /// <param name="trimmed">Text that is not missing.</param>
    /// <param name="valueClass">Its class.</param>
    /// <param name="value">The number, 0 or 1, or seconds since 1970-01-01 UTC, as the class says.</param>
    /// <returns>False for an infinity.</returns>
    internal static bool TryClassify(ReadOnlySpan<byte> trimmed, out ValueClass valueClass, out double value)
    {
        if (ValueParser.TryNumber(trimmed, out value, out bool digitsOnly))
        {
            valueClass = !digitsOnly ? ValueClass.Number : LosesAsNumber(trimmed, value) ? ValueClass.Code : ValueClass.Integer;
            return double.IsFinite(value);
        }

        if (trimmed.Length is 4 or 5 && ValueParser.TryBoolean(trimmed, out bool flag))
        {
            valueClass = ValueClass.Boolean;
            value = flag ? 1 : 0;
            return true;
        }

        if (DateTimeParser.TryParse(trimmed, out value))
        {
            valueClass = ValueClass.DateTime;
            return true;
        }

        valueClass = ValueClass.Other;
        return !((trimmed[^1] | 0x20) is 'f' or 'y' && ValueParser.IsInfinite(trimmed));
    }

    private static bool LosesAsNumber(ReadOnlySpan<byte> digits, double value)
    {
        if (digits[0] is (byte)'-' or (byte)'+')
            digits = digits[1..];
        return (digits[0] == '0' && digits.Length > 1) || value is > LargestExactInteger or < -LargestExactInteger;
    }
}

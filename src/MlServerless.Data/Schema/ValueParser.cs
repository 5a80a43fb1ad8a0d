using System.Buffers.Text;
using System.Globalization;

namespace MlServerless.Data;

/// <summary>
/// The one way in which the text of a value becomes a value, in scans, tables and predictions alike. Spaces and tabs
/// around numbers, booleans and dates are skipped; no culture has a say.
/// </summary>
public static class ValueParser
{
    private const int MantissaDigits = 19;
    private const long LargestExactInteger = 1L << 53;

    /// <summary>10^0 … 10^22, the powers of ten that a double holds exactly.</summary>
    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>
    /// Whether the text stands for a missing value: nothing but spaces, or one of <c>NA N/A #N/A &lt;NA&gt; NULL NaN None n/a nan
    /// null -NaN -nan</c> (letter case as written here; a lower-case <c>none</c> may well be a category).
    /// </summary>
    public static bool IsMissing(ReadOnlySpan<byte> utf8) => IsMissingTrimmed(Trim(utf8));

    internal static bool IsMissingTrimmed(ReadOnlySpan<byte> utf8)
    {
        // Most values of most files are numbers, and no token starts with a digit.
        if (utf8.Length > 0 && utf8[0] is >= (byte)'0' and <= (byte)'9')
            return false;
        return utf8.Length switch
        {
            0 => true,
            2 => utf8.SequenceEqual("NA"u8),
            3 => utf8.SequenceEqual("NaN"u8) || utf8.SequenceEqual("nan"u8) || utf8.SequenceEqual("N/A"u8) || utf8.SequenceEqual("n/a"u8),
            4 => utf8.SequenceEqual("null"u8) || utf8.SequenceEqual("NULL"u8) || utf8.SequenceEqual("None"u8) || utf8.SequenceEqual("#N/A"u8)
                || utf8.SequenceEqual("<NA>"u8) || utf8.SequenceEqual("-NaN"u8) || utf8.SequenceEqual("-nan"u8),
            _ => false,
        };
    }

    /// <summary>A finite decimal number with a point and an optional exponent (<c>-1.5e3</c>), rounded to the nearest double. No thousands separators, no decimal comma, no hexadecimal.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> utf8, out double value) =>
        TryNumber(Trim(utf8), out value, out _) && double.IsFinite(value);

    /// <summary>A whole number within ±2^53, also written with a fraction of zeros (<c>12.0</c>, as tools that keep integers as floats write it).</summary>
    public static bool TryInteger(ReadOnlySpan<byte> utf8, out long value)
    {
        value = 0;
        utf8 = Trim(utf8);
        bool negative = utf8.Length > 0 && utf8[0] == '-';
        if (utf8.Length > 0 && utf8[0] is (byte)'-' or (byte)'+')
            utf8 = utf8[1..];
        int i = 0;
        while (i < utf8.Length && utf8[i] is >= (byte)'0' and <= (byte)'9')
        {
            value = value * 10 + (utf8[i++] - '0');
            if (value > LargestExactInteger)
                return false;
        }

        if (i == 0 || (i < utf8.Length && (utf8[i] != '.' || utf8[(i + 1)..].ContainsAnyExcept((byte)'0'))))
            return false;
        value = negative ? -value : value;
        return true;
    }

    /// <summary><c>true false yes no y n t f 1 0</c> in any letter case.</summary>
    public static bool TryBoolean(ReadOnlySpan<byte> utf8, out bool value)
    {
        utf8 = Trim(utf8);
        value = false;
        switch (utf8.Length)
        {
            case 1:
                int letter = utf8[0] | 0x20;
                value = utf8[0] == '1' || letter is 't' or 'y';
                return value || utf8[0] == '0' || letter is 'f' or 'n';
            case 2:
                return Ascii(utf8, "no"u8);
            case 3:
                return value = Ascii(utf8, "yes"u8);
            case 4:
                return value = Ascii(utf8, "true"u8);
            case 5:
                return Ascii(utf8, "false"u8);
            default:
                return false;
        }
    }

    /// <summary>
    /// A date, with or without a time: <c>2026-03-01</c>, <c>2026/03/01</c>, <c>01.03.2026</c> (day first),
    /// <c>1 Mar 2026</c>, <c>01-Mar-2026</c>, <c>Mar 1, 2026</c> (English month names, short or full), followed by nothing or
    /// by <c>T</c> or a space and <c>hh:mm[:ss[.fraction]]</c> and <c>Z</c>, <c>±hh:mm</c>, <c>±hhmm</c> or <c>±hh</c>. Without a zone
    /// the time is UTC. Dates such as 03/01/2026 are refused, because nobody can know which number is the month.
    /// </summary>
    /// <param name="utf8">The text.</param>
    /// <param name="epochSeconds">Seconds since 1970-01-01T00:00:00Z; fractions to the microsecond.</param>
    public static bool TryDateTime(ReadOnlySpan<byte> utf8, out double epochSeconds) =>
        DateTimeParser.TryParse(Trim(utf8), out epochSeconds);

    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 0 || (utf8[0] > ' ' && utf8[^1] > ' '))
            return utf8;
        return utf8.Trim(" \t"u8);
    }

    /// <summary>Whether trimmed text is a name of infinity, or a number too large for a double.</summary>
    internal static bool IsInfinite(ReadOnlySpan<byte> trimmed)
    {
        if (TryNumber(trimmed, out double value, out _))
            return double.IsInfinity(value);
        if (trimmed.Length > 0 && trimmed[0] is (byte)'-' or (byte)'+')
            trimmed = trimmed[1..];
        return Ascii(trimmed, "inf"u8) || Ascii(trimmed, "infinity"u8);
    }

    /// <summary>Parses trimmed text; the value is infinite where it is beyond the range of a double.</summary>
    /// <param name="trimmed">The text.</param>
    /// <param name="value">The number.</param>
    /// <param name="digitsOnly">Whether it has no point and no exponent.</param>
    internal static bool TryNumber(ReadOnlySpan<byte> trimmed, out double value, out bool digitsOnly)
    {
        ulong mantissa = 0;
        int scale = 0;
        int i = 0;
        value = 0;
        digitsOnly = true;
        bool negative = false;
        if (trimmed.Length > 0 && trimmed[0] is (byte)'-' or (byte)'+')
        {
            negative = trimmed[0] == '-';
            i = 1;
        }

        int digits = TakeDigits(trimmed, ref i, ref mantissa);
        if (i < trimmed.Length && trimmed[i] == '.')
        {
            digitsOnly = false;
            i++;
            int fraction = TakeDigits(trimmed, ref i, ref mantissa);
            scale = -fraction;
            digits += fraction;
        }

        if (digits == 0)
            return false;
        if (i < trimmed.Length)
        {
            digitsOnly = false;
            if (!TryExponent(trimmed[i..], ref scale))
                return false;
        }

        // Clinger's fast path: both operands are exact, so one rounding is the right one. Else the runtime's exact parser.
        if (digits <= MantissaDigits && mantissa <= LargestExactInteger && scale is >= -22 and <= 22)
            value = scale < 0 ? mantissa / PowersOfTen[-scale] : mantissa * PowersOfTen[scale];
        else
            return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        value = negative ? -value : value;
        return true;
    }

    /// <summary>Reads digits; beyond 19 of them the mantissa overflows and is not used.</summary>
    private static int TakeDigits(ReadOnlySpan<byte> text, ref int position, ref ulong mantissa)
    {
        int first = position;
        for (; position < text.Length; position++)
        {
            uint digit = (uint)text[position] - '0';
            if (digit > 9)
                break;
            mantissa = mantissa * 10 + digit;
        }

        return position - first;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int scale)
    {
        if ((text[0] | 0x20) != 'e' || text.Length < 2)
            return false;
        ReadOnlySpan<byte> number = text[1] is (byte)'+' or (byte)'-' ? text[2..] : text[1..];
        if (number.IsEmpty || number.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;

        // Of a longer exponent only the runtime's parser needs the value.
        if (!Utf8Parser.TryParse(number, out int exponent, out _) || exponent > 10000)
            exponent = 10000;
        scale += text[1] == '-' ? -exponent : exponent;
        return true;
    }

    private static bool Ascii(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);
}

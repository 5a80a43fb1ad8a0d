using System.Globalization;

namespace MlServerless.Data;

/// <summary>The text of a number by Number::toString of ECMA-262 (10th edition, 7.1.12.1), which RFC 8785 prescribes.</summary>
internal static class EcmaNumber
{
    internal const int MaxLength = 32;

    /// <summary>Writes a finite number; returns the length.</summary>
    internal static int Format(double value, Span<byte> target)
    {
        if (value == 0)
        {
            target[0] = (byte)'0';
            return 1;
        }

        // "E16" would be 17 digits; "R" gives the shortest digits that read back as the same number, as ECMAScript does.
        Span<byte> shortest = stackalloc byte[MaxLength];
        int length = Shortest(value, shortest);
        Span<byte> digits = stackalloc byte[MaxLength];
        int count = Digits(shortest[..length], digits, out int point);

        int position = 0;
        if (value < 0)
            target[position++] = (byte)'-';
        return Layout(digits[..count], point, target, position);
    }

    /// <summary>
    /// The digits of the numbers for which the runtime gives others. Beside a power of two numbers lie closer below than above; of two of
    /// them it leaves out one digit too many, and another number is read back.
    /// </summary>
    /// <returns>Empty for all other numbers.</returns>
    internal static ReadOnlySpan<byte> TextOf(double value) => value switch
    {
        1.0 / (1 << 25) => "2.9802322387695312E-08"u8,
        -1.0 / (1 << 25) => "-2.9802322387695312E-08"u8,
        4.1045368012983762E-289 => "4.1045368012983762E-289"u8,
        -4.1045368012983762E-289 => "-4.1045368012983762E-289"u8,
        _ => [],
    };

    /// <summary>The shortest digits that read back as the same number.</summary>
    private static int Shortest(double value, Span<byte> target)
    {
        ReadOnlySpan<byte> known = TextOf(value);
        if (known.IsEmpty)
        {
            value.TryFormat(target, out int length, "R", CultureInfo.InvariantCulture);
            return length;
        }

        known.CopyTo(target);
        return known.Length;
    }

    /// <summary>Takes the significant digits apart from where the decimal point stands (value = 0.digits × 10^point).</summary>
    private static int Digits(ReadOnlySpan<byte> text, Span<byte> digits, out int point)
    {
        int count = 0;
        int exponent = 0;
        int beforePoint = 0;
        bool pointSeen = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte c = text[i];
            if (c == '.')
            {
                pointSeen = true;
            }
            else if (c == 'E')
            {
                exponent = int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else if (c != '-')
            {
                if (count > 0 || c != '0')
                    digits[count++] = c;
                else if (pointSeen)
                    beforePoint--;
                if (!pointSeen && count > 0)
                    beforePoint++;
            }
        }

        point = beforePoint + exponent;
        while (digits[count - 1] == '0')
            count--;
        return count;
    }

    private static int Layout(ReadOnlySpan<byte> digits, int point, Span<byte> target, int position)
    {
        if (digits.Length <= point && point <= 21)
        {
            digits.CopyTo(target[position..]);
            target.Slice(position + digits.Length, point - digits.Length).Fill((byte)'0');
            return position + point;
        }

        if (point is > 0 and <= 21)
        {
            digits[..point].CopyTo(target[position..]);
            target[position + point] = (byte)'.';
            digits[point..].CopyTo(target[(position + point + 1)..]);
            return position + digits.Length + 1;
        }

        if (point is > -6 and <= 0)
        {
            "0."u8.CopyTo(target[position..]);
            target.Slice(position + 2, -point).Fill((byte)'0');
            digits.CopyTo(target[(position + 2 - point)..]);
            return position + 2 - point + digits.Length;
        }

        target[position++] = digits[0];
        if (digits.Length > 1)
        {
            target[position++] = (byte)'.';
            digits[1..].CopyTo(target[position..]);
            position += digits.Length - 1;
        }

        target[position++] = (byte)'e';
        target[position++] = point > 0 ? (byte)'+' : (byte)'-';
        Math.Abs(point - 1).TryFormat(target[position..], out int written, default, CultureInfo.InvariantCulture);
        return position + written;
    }
}

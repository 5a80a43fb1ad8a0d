namespace MlServerless.Data;

/// <summary>Reads the dates and times that <see cref="ValueParser.TryDateTime"/> names.</summary>
internal static class DateTimeParser
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    internal static bool TryParse(ReadOnlySpan<byte> text, out double epochSeconds)
    {
        epochSeconds = 0;

        // Most values that are no dates leave here: every form ends in a digit or in a Z or UTC.
        if (text.Length is < 8 or > 48 || !(text[^1] is (>= (byte)'0' and <= (byte)'9') or (byte)'Z' or (byte)'z' or (byte)'C'))
            return false;
        if (!TryDate(ref text, out int year, out int month, out int day))
            return false;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        long microseconds = 0;
        if (!text.IsEmpty && !TryTime(text, out microseconds))
            return false;
        microseconds += (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TicksPerMicrosecond;
        epochSeconds = microseconds / 1e6;
        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<byte> text, out int year, out int month, out int day)
    {
        year = month = day = 0;
        if (text[0] is < (byte)'0' or > (byte)'9')
            return TryMonthName(ref text, out month) && Skip(ref text, (byte)' ') && TryDigits(ref text, 1, 2, out day)
                && Skip(ref text, (byte)',') && Skip(ref text, (byte)' ') && TryDigits(ref text, 4, 4, out year);
        if (text.Length >= 10 && (text[4] == '-' || text[4] == '/') && text[7] == text[4])
        {
            byte separator = text[4];
            return TryDigits(ref text, 4, 4, out year) && Skip(ref text, separator)
                && TryDigits(ref text, 2, 2, out month) && Skip(ref text, separator) && TryDigits(ref text, 2, 2, out day);
        }

        if (!TryDigits(ref text, 1, 2, out day) || text.IsEmpty)
            return false;
        byte between = text[0];
        if (between == '.')
            return Skip(ref text, (byte)'.') && TryDigits(ref text, 1, 2, out month) && Skip(ref text, (byte)'.') && TryDigits(ref text, 4, 4, out year);
        return between is (byte)' ' or (byte)'-' && Skip(ref text, between) && TryMonthName(ref text, out month)
            && Skip(ref text, between) && TryDigits(ref text, 4, 4, out year);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (!Skip(ref text, (byte)'T') && !Skip(ref text, (byte)' '))
            return false;
        int second = 0;
        if (!TryDigits(ref text, 2, 2, out int hour) || !Skip(ref text, (byte)':') || !TryDigits(ref text, 2, 2, out int minute))
            return false;
        if (Skip(ref text, (byte)':'))
        {
            if (!TryDigits(ref text, 2, 2, out second))
                return false;
            if ((Skip(ref text, (byte)'.') || Skip(ref text, (byte)',')) && !TryFraction(ref text, out microseconds))
                return false;
        }

        if (hour > 23 || minute > 59 || second > 59 || !TryZone(text, out int offsetMinutes))
            return false;
        microseconds += ((hour * 60L + minute - offsetMinutes) * 60 + second) * 1_000_000;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        int digits = 0;
        while (digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9')
        {
            if (digits < 6)
                microseconds = microseconds * 10 + (text[digits] - '0');
            digits++;
        }

        for (int i = digits; i < 6; i++)
            microseconds *= 10;
        text = text[digits..];
        return digits > 0;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out int offsetMinutes)
    {
        offsetMinutes = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual(" UTC"u8))
            return true;
        int sign = text[0] == '-' ? -1 : 1;
        int minutes = 0;
        if ((!Skip(ref text, (byte)'+') && !Skip(ref text, (byte)'-')) || !TryDigits(ref text, 2, 2, out int hours))
            return false;
        if (!text.IsEmpty)
        {
            _ = Skip(ref text, (byte)':');
            if (!TryDigits(ref text, 2, 2, out minutes))
                return false;
        }

        offsetMinutes = sign * (hours * 60 + minutes);
        return text.IsEmpty && hours <= 18 && minutes <= 59;
    }

    private static bool TryMonthName(ref ReadOnlySpan<byte> text, out int month)
    {
        int length = 0;
        while (length < text.Length && text[length] is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'))
            length++;
        ReadOnlySpan<byte> name = text[..length];
        text = text[length..];
        for (month = 1; month <= 12; month++)
        {
            ReadOnlySpan<byte> full = MonthName(month);
            if (System.Text.Ascii.EqualsIgnoreCase(name, full) || (length == 3 && System.Text.Ascii.EqualsIgnoreCase(name, full[..3])))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> MonthName(int month) => month switch
    {
        1 => "January"u8,
        2 => "February"u8,
        3 => "March"u8,
        4 => "April"u8,
        5 => "May"u8,
        6 => "June"u8,
        7 => "July"u8,
        8 => "August"u8,
        9 => "September"u8,
        10 => "October"u8,
        11 => "November"u8,
        _ => "December"u8,
    };

    private static bool TryDigits(ref ReadOnlySpan<byte> text, int atLeast, int atMost, out int value)
    {
        value = 0;
        int digits = 0;
        while (digits < text.Length && digits < atMost && text[digits] is >= (byte)'0' and <= (byte)'9')
            value = value * 10 + (text[digits++] - '0');
        text = text[digits..];
        return digits >= atLeast;
    }

    private static bool Skip(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
            return false;
        text = text[1..];
        return true;
    }
}

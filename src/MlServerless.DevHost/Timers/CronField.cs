using System.Globalization;

namespace MlServerless.DevHost.Timers;

/// <summary>One field of a cron expression as a bit per allowed value.</summary>
internal readonly record struct CronField(ulong Bits, int Min, int Max)
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public static CronField Seconds(string text) => Parse(text, "second", 0, 59, null);

    public static CronField Minutes(string text) => Parse(text, "minute", 0, 59, null);

    public static CronField Hours(string text) => Parse(text, "hour", 0, 23, null);

    public static CronField DaysOfMonth(string text) => Parse(text, "day", 1, 31, null);

    public static CronField MonthsOfYear(string text) => Parse(text, "month", 1, 12, Months);

    public static CronField DaysOfWeek(string text) => Parse(text, "day of week", 0, 6, Days);

    public bool Contains(int value) => (Bits >> value & 1) != 0;

    /// <summary>The first allowed value from <paramref name="value"/> on, or -1.</summary>
    public int FirstFrom(int value)
    {
        var rest = value > Max ? 0 : Bits >> value << value;
        return rest == 0 ? -1 : System.Numerics.BitOperations.TrailingZeroCount(rest);
    }

    public int First => System.Numerics.BitOperations.TrailingZeroCount(Bits);

    private static CronField Parse(string text, string name, int min, int max, string[]? names)
    {
        ulong bits = 0;
        foreach (var item in text.Split(','))
            bits |= ParseItem(item, name, min, max, names);
        return new(bits, min, max);
    }

    private static ulong ParseItem(string item, string name, int min, int max, string[]? names)
    {
        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? item : item[..slash];
        var step = 1;
        if (slash >= 0 && (!int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
            throw new FormatException($"the step in '{item}' of the {name} field must be a positive integer.");
        int from, to;
        if (range == "*")
        {
            (from, to) = (min, max);
        }
        else if (range.IndexOf('-', StringComparison.Ordinal) is var dash and > 0)
        {
            from = Value(range[..dash], name, min, max, names);
            to = Value(range[(dash + 1)..], name, min, max, names);
            if (from > to)
                throw new FormatException($"the range '{range}' of the {name} field ends before it begins.");
        }
        else
        {
            from = Value(range, name, min, max, names);
            to = slash < 0 ? from : max;
        }

        ulong bits = 0;
        for (var value = from; value <= to; value += step)
            bits |= 1UL << value;
        return bits;
    }

    private static int Value(string text, string name, int min, int max, string[]? names)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value >= min && value <= max
                ? value
                : throw new FormatException($"'{text}' is outside of {min} to {max} in the {name} field.");
        }

        // Names may be longer than their three letters, as NCrontab reads them.
        var index = names is null || text.Length < 3 ? -1 : Array.FindIndex(names, n => text.StartsWith(n, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index + min : throw new FormatException($"'{text}' is not a value of the {name} field.");
    }
}

using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>Words figures for people, the same in every culture.</summary>
internal static class Figures
{
    private const double DaySeconds = 86_400;

    public const string None = "\u2013";

    /// <summary>With thin spaces between thousands.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    public static string Percent(long part, long whole) => whole == 0 ? None : Percent((double)part / whole);

    public static string Percent(double fraction) => fraction switch
    {
        0 => "0 %",
        < 0.0001 => "< 0.01 %",
        < 1 and > 0.9999 => "> 99.99 %",
        _ => (fraction * 100).ToString(fraction < 0.1 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>A value of a column: five significant digits, a date for a point in time.</summary>
    public static string Value(double? value, ColumnType type) => value switch
    {
        null => None,
        { } seconds when type == ColumnType.DateTime => Time(seconds),
        { } number => Number(number),
    };

    public static string Number(double number)
    {
        double size = Math.Abs(number);
        if (number == Math.Floor(number) && size < 1e7)
            return number.ToString("0", CultureInfo.InvariantCulture);
        return size is >= 1e7 or < 1e-4 ? number.ToString("0.####e+0", CultureInfo.InvariantCulture) : number.ToString("G5", CultureInfo.InvariantCulture);
    }

    /// <summary>A distance between distributions: three decimals.</summary>
    public static string Distance(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? None;

    private static string Time(double seconds)
    {
        if (!(Math.Abs(seconds) < 60e9))
            return Number(seconds);
        DateTime time = DateTime.UnixEpoch.AddSeconds(Math.Round(seconds));
        return time.ToString(Math.Round(seconds) % DaySeconds == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Seconds as a spread: days where they are many.</summary>
    public static string Spread(double? value, ColumnType type) => value switch
    {
        null => None,
        { } seconds when type == ColumnType.DateTime && seconds >= DaySeconds => Number(Math.Round(seconds / DaySeconds, 2)) + " days",
        { } seconds when type == ColumnType.DateTime => Number(seconds) + " s",
        { } number => Number(number),
    };

    public static string Short(string text, int length)
    {
        if (text.Length <= length)
            return text;
        int cut = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return text[..cut] + "\u2026";
    }

    public static string Name(ColumnType type) => type switch
    {
        ColumnType.DateTime => "date and time",
        _ => type.ToString().ToLowerInvariant(),
    };
}

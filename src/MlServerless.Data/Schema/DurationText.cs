using System.Globalization;

namespace MlServerless.Data;

/// <summary>Durations as people write them in specs, settings and requests: <c>hours:minutes:seconds</c>, with <c>days.</c> before where there are any.</summary>
public static class DurationText
{
    private static readonly string[] Forms = [@"h\:mm\:ss", @"hh\:mm\:ss", @"d\.h\:mm\:ss", @"d\.hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss\.FFFFFFF"];

    /// <summary>Reads one. Nothing is guessed: .NET would read a lone number as days and two as hours and minutes.</summary>
    public static bool TryParse(string text, out TimeSpan duration) => TimeSpan.TryParseExact(text, Forms, CultureInfo.InvariantCulture, out duration);
}

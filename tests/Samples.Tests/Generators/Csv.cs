using System.Globalization;
using System.Text;

namespace Samples.Tests.Generators;

/// <summary>Reads CSV character by character, by the letter of RFC 4180, so that the writer is not tested with its own code.</summary>
internal static class Csv
{
    public static List<string[]> Parse(byte[] utf8)
    {
        var rows = new List<string[]>();
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    rows.Add([.. fields]);
                    fields.Clear();
                }
            }
            else
                field.Append(c);
        }
        Assert.False(quoted);
        Assert.Empty(fields);
        return rows;
    }

    public static double Mean(List<string[]> rows, string column) =>
        Values(rows, column).Average(v => double.Parse(v, CultureInfo.InvariantCulture));

    public static double MissingRate(List<string[]> rows, string column)
    {
        int at = Array.IndexOf(rows[0], column);
        return rows.Skip(1).Count(r => r[at].Length == 0) / (rows.Count - 1.0);
    }

    public static bool IsCategory(List<string[]> rows, string column) =>
        Values(rows, column).Distinct().Take(21).Count() <= 20
        && !Values(rows, column).All(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    public static Dictionary<string, double> Proportions(List<string[]> rows, string column)
    {
        List<string> values = Values(rows, column).ToList();
        return values.CountBy(v => v).ToDictionary(v => v.Key, v => v.Value / (double)values.Count);
    }

    private static IEnumerable<string> Values(List<string[]> rows, string column)
    {
        int at = Array.IndexOf(rows[0], column);
        return rows.Skip(1).Select(r => r[at]).Where(v => v.Length > 0);
    }
}

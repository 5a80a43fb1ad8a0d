using System.Globalization;
using System.Text;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>
/// A strict parser of Prometheus' text format 0.0.4, written from its specification: families begin with HELP and TYPE and stay together, names and labels are
/// well-formed, no sample comes twice, histograms have ascending buckets that end with +Inf and agree with sum and count.
/// </summary>
internal sealed class PrometheusText
{
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);
    private readonly List<(string Series, double End, double Count)> buckets = [];
    private string? family;

    private PrometheusText()
    {
    }

    /// <summary>Name, <c>{label="value",…}</c> in the order of the text, and value.</summary>
    public IReadOnlyDictionary<string, double> Samples => samples;

    /// <summary>Family to counter, gauge or histogram.</summary>
    public IReadOnlyDictionary<string, string> Types => types;

    /// <exception cref="FormatException">The text is not valid.</exception>
    public static PrometheusText Parse(string text)
    {
        var parsed = new PrometheusText();
        if (!text.EndsWith('\n'))
            throw new FormatException("The last line does not end with a line feed.");
        string[] lines = text[..^1].Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                parsed.Line(lines[i]);
            }
            catch (Exception fault) when (fault is FormatException or IndexOutOfRangeException or ArgumentException)
            {
                throw new FormatException($"Line {i + 1}, '{lines[i]}': {fault.Message}", fault);
            }
        }

        parsed.CheckHistograms();
        return parsed;
    }

    private void Line(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            string[] parts = line.Split(' ', 4);
            Require(parts.Length == 4 && parts[3].Length > 0 && IsName(parts[2]), "HELP needs a name and a text");
            Require(!types.ContainsKey(parts[2]), "a family comes once");
            family = parts[2];
            return;
        }

        if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            string[] parts = line.Split(' ');
            Require(parts.Length == 4 && parts[2] == family && parts[3] is "counter" or "gauge" or "histogram", "TYPE follows the HELP of its family");
            Require(parts[3] != "counter" || family!.EndsWith("_total", StringComparison.Ordinal), "a counter's name ends in _total");
            types.Add(family!, parts[3]);
            return;
        }

        Require(line.Length > 0 && line[0] != '#', "is no comment that is known");
        Sample(line);
    }

    private void Sample(string line)
    {
        int end = 0;
        while (end < line.Length && line[end] is not ('{' or ' '))
            end++;
        string name = line[..end];
        Require(IsName(name), "the name is not well-formed");
        var labels = new List<(string Name, string Value)>();
        if (line[end] == '{')
            end = Labels(line, end + 1, labels);
        Require(line[end] == ' ', "a space stands before the value");
        double value = Value(line[(end + 1)..]);
        string type = types[family!];
        string suffix = name[family!.Length..];
        Require(name.StartsWith(family, StringComparison.Ordinal) && (type == "histogram" ? suffix is "_bucket" or "_sum" or "_count" : suffix.Length == 0), "a sample stands below its own family");
        Require(type == "gauge" || value >= 0, "counts are not below 0");
        Require(samples.TryAdd(name + Text(labels), value), "a sample comes once");
        if (suffix == "_bucket")
        {
            Require(labels.Count > 0 && labels[^1].Name == "le", "a bucket has the label le");
            buckets.Add((family + Text(labels[..^1]), Value(labels[^1].Value), value));
        }
    }

    private static int Labels(string line, int position, List<(string Name, string Value)> labels)
    {
        while (line[position] != '}')
        {
            int equals = line.IndexOf('=', position);
            string name = line[position..equals];
            Require(IsName(name) && !name.Contains(':', StringComparison.Ordinal) && labels.TrueForAll(label => label.Name != name), "a label has a well-formed name of its own");
            Require(line[equals + 1] == '"', "a label's value stands in quotes");
            var value = new StringBuilder();
            for (position = equals + 2; line[position] != '"'; position++)
            {
                if (line[position] == '\\')
                    value.Append(line[++position] switch { 'n' => '\n', '\\' => '\\', '"' => '"', _ => throw new FormatException("an escape is none of \\n \\\\ \\\"") });
                else
                    value.Append(line[position]);
            }

            labels.Add((name, value.ToString()));
            position++;
            if (line[position] == ',')
                position++;
        }

        return position + 1;
    }

    private void CheckHistograms()
    {
        foreach (var series in buckets.GroupBy(bucket => bucket.Series))
        {
            var ordered = series.ToList();
            Require(ordered.Zip(ordered.Skip(1)).All(pair => pair.First.End < pair.Second.End && pair.First.Count <= pair.Second.Count), $"buckets of {series.Key} ascend");
            int brace = series.Key.IndexOf('{', StringComparison.Ordinal);
            (string name, string labels) = brace < 0 ? (series.Key, "") : (series.Key[..brace], series.Key[brace..]);
            Require(double.IsPositiveInfinity(ordered[^1].End) && samples[$"{name}_count{labels}"] == ordered[^1].Count && samples.ContainsKey($"{name}_sum{labels}"), $"the last bucket of {series.Key} is the count");
        }
    }

    private static string Text(List<(string Name, string Value)> labels) => labels.Count == 0 ? "" : "{" + string.Join(',', labels.Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";

    private static double Value(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    private static void Require(bool condition, string rule)
    {
        if (!condition)
            throw new FormatException(rule + ".");
    }
}

using System.Globalization;
using MlServerless.Benchmarks.Running;
using MlServerless.Data;

namespace MlServerless.Benchmarks.Ingest;

/// <summary>Compares a profile of <c>cls_1m.csv</c> with the one that pandas made.</summary>
internal sealed class ReferenceProfile(DataProfile profile, Report report)
{
    /// <summary>Sums of a million doubles one after the other are not exact: what pandas may be off by.</summary>
    private const double PeerError = 1e-10;

    private readonly List<string> wrong = [];

    internal void Compare()
    {
        string[][] numeric = Read("profile_reference_numeric.csv");
        Report.Heading("Figures against pandas' profile");
        Check("profile.counts", numeric, Counts);
        Check("profile.min-max", numeric, row => Near(row, (4, Column(row).Min, 0), (8, Column(row).Max, 0)));
        Check("profile.mean", numeric, row => Near(row, (2, Column(row).Mean, PeerError)));
        Check("profile.sd", numeric, row => Near(row, (3, Column(row).StandardDeviation, PeerError)));
        Check("profile.quantiles", numeric, Quantiles);
        Check("profile.categories", Read("profile_reference_categorical.csv"), Category);
        foreach (string line in wrong)
            Console.WriteLine("  " + line);
    }

    private void Check(string family, string[][] rows, Func<string[], IEnumerable<(string What, bool Right)>> figures)
    {
        int right = 0;
        int all = 0;
        foreach (string[] row in rows)
        {
            foreach ((string what, bool isRight) in figures(row))
            {
                all++;
                right += isRight ? 1 : 0;
                if (!isRight)
                    wrong.Add($"{family}: {what}");
            }
        }

        report.All(family, right, all);
    }

    private ColumnProfile Column(string[] row) =>
        profile.Find(row[0]) ?? throw new BenchmarkException($"The profile lacks the column '{row[0]}'.");

    private IEnumerable<(string, bool)> Counts(string[] row)
    {
        ColumnProfile column = Column(row);
        yield return ($"{row[0]} count {column.Count}, expected {row[1]}", column.Count == Number(row[1]));
        yield return ($"{row[0]} missing {column.Missing}, expected {row[9]}", column.Missing == Number(row[9]));
    }

    private IEnumerable<(string, bool)> Near(string[] row, params (int Index, double? Ours, double Error)[] figures)
    {
        // The label is declared a category: its numbers are not described.
        if (Column(row).Type == ColumnType.Category)
            yield break;
        foreach ((int index, double? ours, double error) in figures)
        {
            double expected = Number(row[index]);
            double off = Math.Abs((ours ?? double.NaN) - expected);
            yield return ($"{row[0]} {ours}, expected {expected}", off <= error * Math.Max(1, Math.Abs(expected)));
        }
    }

    private IEnumerable<(string, bool)> Quantiles(string[] row)
    {
        ColumnProfile column = Column(row);
        if (column.Quantiles is null)
            yield break;
        foreach ((int index, double probability) in ((int, double)[])[(5, 0.25), (6, 0.5), (7, 0.75)])
        {
            double ours = column.Quantiles.First(quantile => quantile.Probability == probability).Value;
            double expected = Number(row[index]);
            yield return ($"{row[0]} p{probability} {ours}, expected {expected} ± {column.Resolution:0.#####} of it",
                Math.Abs(ours - expected) <= column.Resolution!.Value * Math.Max(Math.Abs(ours), Math.Abs(expected)) + 1e-12);
        }
    }

    private IEnumerable<(string, bool)> Category(string[] row)
    {
        ColumnProfile column = Column(row);
        long expected = (long)Number(row[2]);
        if (row[1].Length == 0)
        {
            yield return ($"{row[0]} missing {column.Missing}, expected {expected}", column.Missing == expected);
            yield break;
        }

        // Of many categories the profile names the most frequent.
        if (column.TopValues.FirstOrDefault(value => value.Value == row[1]) is { } value)
            yield return ($"{row[0]} {row[1]} {value.Count}, expected {expected}", value.Count == expected);
        else if (column.TopValues.Count > 0 && column.TopValues[^1].Count < expected)
            yield return ($"{row[0]} {row[1]} is not among the most frequent, expected {expected}", false);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string[][] Read(string name) =>
        [.. File.ReadAllLines(Peers.Script(name)).Skip(1).Select(line => line.Split(','))];
}

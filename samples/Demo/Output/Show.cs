using System.Globalization;
using Spectre.Console;

namespace MlServerless.Demo.Output;

/// <summary>How figures are written.</summary>
internal static class Show
{
    /// <summary>What fits on a line; a run has more.</summary>
    private static readonly string[] MetricsShown = ["auc", "logLoss", "accuracy", "f1", "macroF1", "rmse", "mae", "r2"];

    public static string Metrics(IReadOnlyDictionary<string, double> metrics) =>
        string.Join("  ", MetricsShown.Where(metrics.ContainsKey).Select(m => $"{m} {Figure(metrics[m])}"));

    /// <summary>Four digits after the point for small numbers, none for large ones.</summary>
    public static string Figure(double value) =>
        value.ToString(Math.Abs(value) < 10 ? "0.0000" : "#,##0", CultureInfo.InvariantCulture);

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    public static string Count(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string ShortHash(string hash) => hash.Length > 12 ? hash[..12] : hash;

    /// <summary>A table without colours or wide borders, so that it reads the same in a file.</summary>
    public static Table Table(params string[] headers)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string header in headers)
            table.AddColumn(new TableColumn(header.EscapeMarkup()));
        return table;
    }

    public static void AddCells(this Table table, params string[] cells) => table.AddRow(cells.Select(c => c.EscapeMarkup()).ToArray());
}

using System.Text;

namespace MlServerless.Data.Tests;

/// <summary>Scans of CSV text.</summary>
internal static class Scans
{
    internal static PartScan Of(string csv, params ColumnSchema[] declared) => Of(Encoding.UTF8.GetBytes(csv), declared);

    internal static PartScan Of(byte[] csv, params ColumnSchema[] declared)
    {
        CsvFormat format = CsvFormat.Detect(csv, out _);
        return PartScan.Scan(new MemoryStream(csv), format, hasHeader: true, new DataSchema { Columns = declared }, CancellationToken.None);
    }

    internal static DataSchema Infer(PartScan scan, params ColumnSchema[] declared) =>
        SchemaInference.Infer(scan, declared.ToDictionary(column => column.Name));

    /// <summary>A file of one column and many rows.</summary>
    internal static string Column(string name, IEnumerable<string> values) => $"{name}\n{string.Join("\n", values.Select(value => value.Length == 0 ? "\"\"" : value))}\n";

    internal static string Table(string header, int rows, Func<int, string> row) =>
        header + "\n" + string.Concat(Enumerable.Range(0, rows).Select(i => row(i) + "\n"));
}

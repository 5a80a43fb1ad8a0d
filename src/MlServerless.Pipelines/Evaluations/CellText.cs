using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Evaluations;

/// <summary>Cells of tables as they stand in files.</summary>
internal static class CellText
{
    /// <returns>Empty where nothing is there.</returns>
    public static string Of(Column column, int row) => column switch
    {
        CategoryColumn categories => categories.Codes[row] < 0 ? "" : categories.Vocabulary[categories.Codes[row]],
        NumericColumn numbers when double.IsNaN(numbers.Values[row]) => "",
        NumericColumn { Type: ColumnType.Boolean } flags => flags.Values[row] != 0 ? "true" : "false",
        NumericColumn { Type: ColumnType.DateTime } times when Math.Abs(times.Values[row]) < 60e9 => DateTime.UnixEpoch.AddSeconds(times.Values[row]).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        NumericColumn numbers => Of(numbers.Values[row]),
        _ => "",
    };

    public static string Of(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";
}

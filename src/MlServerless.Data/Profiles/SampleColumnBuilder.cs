using System.Text;

namespace MlServerless.Data;

/// <summary>Reads the sampled values of one column; categories are numbered in the order in which they come.</summary>
internal sealed class SampleColumnBuilder
{
    private readonly ColumnType type;
    private readonly double[]? numbers;
    private readonly int[]? codes;
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    internal SampleColumnBuilder(ColumnType type, int rows)
    {
        this.type = type;
        if (type.IsCategorical() || type == ColumnType.Boolean)
            (codes = new int[rows]).AsSpan().Fill(-1);
        else if (!IsIgnored)
            (numbers = new double[rows]).AsSpan().Fill(double.NaN);
    }

    internal bool IsIgnored => type == ColumnType.Ignored;

    internal void Set(int row, ReadOnlySpan<byte> utf8)
    {
        if (codes is not null)
        {
            string value = Encoding.UTF8.GetString(utf8);
            if (!known.TryGetValue(value, out int code))
                known.Add(value, code = known.Count);
            codes[row] = code;
        }
        else if (numbers is not null
            && (type == ColumnType.DateTime ? ValueParser.TryDateTime(utf8, out double number) : ValueParser.TryNumber(utf8, out number)))
        {
            numbers[row] = number;
        }
    }

    internal SampleColumn Build() => new(numbers, codes, known.Count);
}

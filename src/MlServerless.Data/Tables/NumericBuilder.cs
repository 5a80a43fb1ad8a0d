namespace MlServerless.Data;

internal sealed class NumericBuilder(ColumnSchema column) : ColumnBuilder
{
    private readonly List<double> values = [];

    internal override void Add(TypedRowReader rows, ReadOnlySpan<int> chosen, int index)
    {
        double[] numbers = rows.Numbers(index)!;
        foreach (int row in chosen)
            values.Add(double.IsFinite(numbers[row]) ? numbers[row] : double.NaN);
    }

    internal override void AddMissing(int count) => values.AddRange(Enumerable.Repeat(double.NaN, count));

    internal override NumericColumn Build() => new(column.Name, column.Type, [.. values]);
}

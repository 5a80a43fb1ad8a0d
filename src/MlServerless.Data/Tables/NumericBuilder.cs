namespace MlServerless.Data;

internal sealed class NumericBuilder(ColumnSchema column) : ColumnBuilder
{
    private readonly GrowingDoubles values = new();

    internal override void Add(TypedRowReader rows, ReadOnlySpan<int> chosen, int index)
    {
        double[] numbers = rows.Numbers(index)!;
        Span<double> target = values.Extend(chosen.Length);
        for (int i = 0; i < target.Length; i++)
        {
            double number = numbers[chosen[i]];
            target[i] = double.IsFinite(number) ? number : double.NaN;
        }
    }

    internal override void AddMissing(int count) => values.Extend(count).Fill(double.NaN);

    internal override NumericColumn Build(IReadOnlyList<ColumnBuilder> builders)
    {
        double[] all = GC.AllocateUninitializedArray<double>(builders.Sum(builder => ((NumericBuilder)builder).values.Length));
        int position = 0;
        foreach (NumericBuilder builder in builders.Cast<NumericBuilder>())
        {
            position += builder.values.Length;
            builder.values.MoveTo(all.AsSpan(position - builder.values.Length, builder.values.Length));
        }

        return new NumericColumn(column.Name, column.Type, all);
    }
}

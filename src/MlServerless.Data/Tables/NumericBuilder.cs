using System.Runtime.InteropServices;

namespace MlServerless.Data;

internal sealed class NumericBuilder(ColumnSchema column) : ColumnBuilder
{
    private readonly List<double> values = [];

    internal override void Add(TypedRowReader rows, ReadOnlySpan<int> chosen, int index)
    {
        double[] numbers = rows.Numbers(index)!;
        Span<double> target = Extend(chosen.Length);
        for (int i = 0; i < chosen.Length; i++)
        {
            double number = numbers[chosen[i]];
            target[i] = double.IsFinite(number) ? number : double.NaN;
        }
    }

    internal override void AddMissing(int count) => Extend(count).Fill(double.NaN);

    internal override NumericColumn Build(IReadOnlyList<ColumnBuilder> builders)
    {
        double[] all = GC.AllocateUninitializedArray<double>(builders.Sum(builder => ((NumericBuilder)builder).values.Count));
        int position = 0;
        foreach (NumericBuilder builder in builders.Cast<NumericBuilder>())
        {
            builder.values.CopyTo(all, position);
            position += builder.values.Count;
        }

        return new NumericColumn(column.Name, column.Type, all);
    }

    private Span<double> Extend(int count)
    {
        int before = values.Count;
        CollectionsMarshal.SetCount(values, before + count);
        return CollectionsMarshal.AsSpan(values)[before..];
    }
}

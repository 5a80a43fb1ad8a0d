using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>An integer, number or boolean as it is. What is not finite counts as missing.</summary>
internal sealed class NumberEncoder(int input, string name, ColumnType type) : InputEncoder(name, type, [new Slot(input, "value")])
{
    public const string KindName = "number";

    public override string Kind => KindName;

    public override void SetNumber(double value, Span<double> slots, int stride) =>
        slots[0] = double.IsFinite(value) ? value : double.NaN;

    public override ColumnReader Bind(Column column) => new Reader(this, Expect<NumericColumn>(column));

    private sealed class Reader(NumberEncoder encoder, NumericColumn column) : ColumnReader
    {
        public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
        {
            ReadOnlySpan<double> values = column.Values;
            for (int i = 0; i < count; i++)
                encoder.SetNumber(values[rows is null ? start + i : rows[start + i]], slots[i..], stride);
        }
    }
}

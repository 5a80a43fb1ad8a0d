namespace MlServerless.Data;

internal sealed class CategoryBuilder(ColumnSchema column) : ColumnBuilder
{
    private readonly List<int> codes = [];
    private readonly Vocabulary vocabulary = new();

    internal override void Add(TypedRowReader rows, ReadOnlySpan<int> chosen, int index)
    {
        foreach (int row in chosen)
        {
            ReadOnlySpan<byte> text = rows.Text(row, index);
            codes.Add(ValueParser.IsMissing(text) ? -1 : vocabulary.CodeOf(text));
        }
    }

    internal override void AddMissing(int count) => codes.AddRange(Enumerable.Repeat(-1, count));

    internal override CategoryColumn Build() => new(column.Name, column.Type, [.. codes], vocabulary.ToList());
}

using System.Runtime.InteropServices;

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

    /// <remarks>The vocabulary has the values in the order of their first appearance in all.</remarks>
    /// <inheritdoc/>
    internal override CategoryColumn Build(IReadOnlyList<ColumnBuilder> builders)
    {
        int[] all = GC.AllocateUninitializedArray<int>(builders.Sum(builder => ((CategoryBuilder)builder).codes.Count));
        int position = 0;
        foreach (CategoryBuilder builder in builders.Cast<CategoryBuilder>())
        {
            int[] renumbered = builder == this ? [] : vocabulary.Add(builder.vocabulary);
            foreach (int code in CollectionsMarshal.AsSpan(builder.codes))
                all[position++] = code < 0 || builder == this ? code : renumbered[code];
        }

        return new CategoryColumn(column.Name, column.Type, all, vocabulary.ToList());
    }
}

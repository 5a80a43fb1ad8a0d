namespace MlServerless.Data;

/// <summary>A column of categories or texts: codes into a vocabulary. A missing value is -1.</summary>
public sealed class CategoryColumn : Column
{
    private readonly int[] codes;

    /// <summary>Wraps the codes without copying them.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="type">Category or text.</param>
    /// <param name="codes">-1 or a position in the vocabulary, for every row.</param>
    /// <param name="vocabulary">The values, each once.</param>
    /// <exception cref="ArgumentException">The type is not one of a categorical column, or a code lies outside the vocabulary.</exception>
    public CategoryColumn(string name, ColumnType type, int[] codes, IReadOnlyList<string> vocabulary)
        : base(name, type)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (!type.IsCategorical())
            throw new ArgumentException($"A column of type {type} holds no categories.", nameof(type));
        foreach (int code in codes)
        {
            if (code < -1 || code >= vocabulary.Count)
                throw new ArgumentException($"The code {code} lies outside the vocabulary of {vocabulary.Count} values.", nameof(codes));
        }

        this.codes = codes;
        Vocabulary = vocabulary;
    }

    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The values in the order of their first appearance in the table.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    public override int RowCount => codes.Length;

    /// <remarks>The vocabulary of the selection is its own: only values that occur in it, in the order of their first appearance.</remarks>
    /// <inheritdoc/>
    public override CategoryColumn Select(ReadOnlySpan<int> rows)
    {
        int[] selected = new int[rows.Length];
        int[] renumbered = new int[Vocabulary.Count];
        var vocabulary = new List<string>();
        for (int i = 0; i < selected.Length; i++)
        {
            int code = codes[rows[i]];
            if (code >= 0 && renumbered[code] == 0)
            {
                vocabulary.Add(Vocabulary[code]);
                renumbered[code] = vocabulary.Count;
            }

            selected[i] = code < 0 ? -1 : renumbered[code] - 1;
        }

        return new CategoryColumn(Name, Type, selected, vocabulary);
    }
}

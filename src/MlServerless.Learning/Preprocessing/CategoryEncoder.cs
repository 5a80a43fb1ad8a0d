using System.Text;
using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// A category as a bucket: 0 missing, 1 rare or unseen, from 2 on the vocabulary of the training part, most frequent value first.
/// </summary>
internal sealed class CategoryEncoder : InputEncoder
{
    public const string KindName = "category";

    /// <summary>Rare values beyond these are forgotten and later count as unseen.</summary>
    public const int MaxRare = 10_000;

    private readonly Dictionary<byte[], int> buckets;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    public CategoryEncoder(int input, string name, IReadOnlyList<string> vocabulary, IReadOnlyList<string> rare)
        : base(name, ColumnType.Category, [new Slot(input, "value", vocabulary.Count + Buckets.First)])
    {
        Vocabulary = vocabulary;
        Rare = rare;
        buckets = new Dictionary<byte[], int>(vocabulary.Count + rare.Count, Utf8Comparer.Instance);
        lookup = buckets.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (int i = 0; i < vocabulary.Count; i++)
            Add(vocabulary[i], i + Buckets.First);
        foreach (string value in rare)
            Add(value, Buckets.Other);
    }

    /// <summary>Values with a bucket of their own.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Values of the training part that share the bucket of unseen values.</summary>
    public IReadOnlyList<string> Rare { get; }

    public override string Kind => KindName;

    /// <summary>Gives the most frequent values buckets of their own; equally frequent ones in ordinal order.</summary>
    /// <param name="maxVocabulary">Values with buckets of their own at most.</param>
    public static CategoryEncoder Fit(int input, CategoryColumn column, int[] rows, int maxVocabulary)
    {
        int[] counts = new int[column.Vocabulary.Count];
        foreach (int row in rows)
            if (column.Codes[row] >= 0)
                counts[column.Codes[row]]++;
        List<int> codes = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0)];
        codes.Sort((x, y) => counts[x] != counts[y]
            ? counts[y].CompareTo(counts[x])
            : string.CompareOrdinal(column.Vocabulary[x], column.Vocabulary[y]));
        int least = Math.Clamp(rows.Length / 2000, 2, 10);
        int kept = Math.Min(codes.Count(c => counts[c] >= least), maxVocabulary);
        return new CategoryEncoder(
            input,
            column.Name,
            [.. codes.Take(kept).Select(c => column.Vocabulary[c])],
            [.. codes.Skip(kept).Take(MaxRare).Select(c => column.Vocabulary[c])]);
    }

    public override bool SetText(ReadOnlySpan<byte> utf8, Span<double> slots, int stride)
    {
        bool known = lookup.TryGetValue(utf8, out int bucket);
        slots[0] = known ? bucket : Buckets.Other;
        return known;
    }

    public override ColumnReader Bind(Column column)
    {
        CategoryColumn categories = Expect<CategoryColumn>(column);
        double[] bucketOfCode = new double[categories.Vocabulary.Count];
        for (int code = 0; code < bucketOfCode.Length; code++)
            SetText(Encoding.UTF8.GetBytes(categories.Vocabulary[code]), bucketOfCode.AsSpan(code), 1);
        return new Reader(categories, bucketOfCode);
    }

    public override InputDocument Describe() => base.Describe() with { Values = Vocabulary, Rare = Rare };

    private void Add(string value, int bucket)
    {
        if (!buckets.TryAdd(Encoding.UTF8.GetBytes(value), bucket))
            throw new ArgumentException($"The vocabulary of '{Name}' holds '{value}' twice.");
    }

    private sealed class Reader(CategoryColumn column, double[] bucketOfCode) : ColumnReader
    {
        public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
        {
            ReadOnlySpan<int> codes = column.Codes;
            for (int i = 0; i < count; i++)
            {
                int code = codes[rows is null ? start + i : rows[start + i]];
                slots[i] = code < 0 ? Buckets.Missing : bucketOfCode[code];
            }
        }
    }
}

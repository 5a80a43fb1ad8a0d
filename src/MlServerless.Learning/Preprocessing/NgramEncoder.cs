using System.Buffers;
using System.Text;
using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// A text as its length in characters, its number of words, and the TF-IDF of its n-grams: occurrences × (ln((1 + texts) / (1 + texts
/// with the n-gram)) + 1), divided by the Euclidean norm of all of them. Texts are counted in the training part. A missing text has
/// neither length nor words, and no n-grams.
/// </summary>
internal sealed class NgramEncoder : InputEncoder
{
    public const string KindName = "ngrams";
    private const int FixedSlots = 2;
    private const int StackBuckets = 512;

    private readonly TextNgrams ngrams;
    private readonly double[] weights;

    // Searched by halves: a table of all buckets would let a small file ask for much memory.
    private readonly int[] places;

    /// <param name="texts">Texts of the training part.</param>
    /// <param name="buckets">Ascending buckets with a slot of their own.</param>
    /// <param name="frequencies">Texts of the training part with an n-gram of each bucket.</param>
    public NgramEncoder(int input, string name, int wordNgrams, int characterNgrams, int texts, IReadOnlyList<int> buckets, IReadOnlyList<int> frequencies)
        : base(name, ColumnType.Text, MakeSlots(input, buckets))
    {
        WordNgrams = wordNgrams;
        CharacterNgrams = characterNgrams;
        Texts = texts;
        KeptBuckets = buckets;
        Frequencies = frequencies;
        ngrams = new TextNgrams(wordNgrams, characterNgrams);
        weights = [.. frequencies.Select(with => DeterministicMath.Log((1.0 + texts) / (1.0 + with)) + 1)];
        places = [.. buckets];
    }

    public int WordNgrams { get; }

    public int CharacterNgrams { get; }

    public int Texts { get; }

    public IReadOnlyList<int> KeptBuckets { get; }

    public IReadOnlyList<int> Frequencies { get; }

    public override string Kind => KindName;

    /// <summary>Keeps the n-grams that tell most of the label; those of too few texts to learn from, and of all texts, are left out.</summary>
    /// <param name="labels">The groups of the label of the rows.</param>
    /// <param name="maxDimensions">N-grams to keep at most.</param>
    public static NgramEncoder Fit(int input, CategoryColumn column, int[] rows, TextGroups labels, TextOptions options, int maxDimensions)
    {
        NgramCounts counts = NgramCounts.Of(column, rows, labels, new TextNgrams(options.WordNgrams, options.CharacterNgrams));
        int least = Math.Clamp(rows.Length / 2000, 2, 10);
        int[] kept = [.. Enumerable.Range(0, TextNgrams.Buckets)
            .Select(bucket => (Bucket: bucket, With: counts.TextsWith(bucket)))
            .Where(found => found.With >= least && found.With < counts.Texts)
            .Select(found => (found.Bucket, found.With, Information: counts.Information(found.Bucket)))
            .OrderByDescending(found => found.Information)
            .ThenByDescending(found => found.With)
            .ThenBy(found => found.Bucket)
            .Take(Math.Min(options.Dimensions, maxDimensions))
            .Select(found => found.Bucket)
            .Order()];
        return new NgramEncoder(
            input, column.Name, options.WordNgrams, options.CharacterNgrams, counts.Texts, kept, [.. kept.Select(counts.TextsWith)]);
    }

    public override bool SetText(ReadOnlySpan<byte> utf8, Span<double> slots, int stride)
    {
        ClearNgrams(slots, stride, 1);
        Encode(utf8, slots, stride);
        return true;
    }

    public override void SetMissing(Span<double> slots, int stride)
    {
        ClearNgrams(slots, stride, 1);
        slots[0] = double.NaN;
        slots[stride] = double.NaN;
    }

    public override ColumnReader Bind(Column column) => new Reader(this, Expect<CategoryColumn>(column));

    public override InputDocument Describe() => base.Describe() with
    {
        Words = WordNgrams,
        Characters = CharacterNgrams,
        Texts = Texts,
        Buckets = KeptBuckets,
        Frequencies = Frequencies,
    };

    private static List<Slot> MakeSlots(int input, IReadOnlyList<int> buckets)
    {
        List<Slot> slots = [new(input, "characters"), new(input, "words")];
        slots.AddRange(buckets.Select(bucket => new Slot(input, $"ngram{bucket}", IsSparse: true)));
        return slots;
    }

    private void ClearNgrams(Span<double> slots, int stride, int count)
    {
        if (stride == count)
            slots.Slice(FixedSlots * stride, weights.Length * stride).Clear();
        else
            for (int d = 0; d < weights.Length; d++)
                slots.Slice((FixedSlots + d) * stride, count).Clear();
    }

    /// <summary>Writes the slots of a text whose n-grams are all zero so far.</summary>
    private void Encode(ReadOnlySpan<byte> utf8, Span<double> slots, int stride)
    {
        var found = new BucketList(stackalloc int[StackBuckets]);
        ngrams.Scan(utf8, ref found, out int characters, out int words);
        slots[0] = characters;
        slots[stride] = words;
        Span<int> dimensions = found.Items;
        int kept = 0;
        foreach (int bucket in dimensions)
            if (Array.BinarySearch(places, bucket) is >= 0 and int dimension)
                dimensions[kept++] = dimension;
        dimensions = dimensions[..kept];
        dimensions.Sort();
        double squares = 0;
        for (int start = 0, end; start < kept; start = end)
        {
            double value = Value(dimensions, start, out end);
            squares += value * value;
        }
        double norm = Math.Sqrt(squares);
        for (int start = 0, end; start < kept; start = end)
            slots[(FixedSlots + dimensions[start]) * stride] = Value(dimensions, start, out end) / norm;
        found.Dispose();
    }

    /// <summary>Occurrences times weight of the dimension at a place of the sorted list, and where the next one begins.</summary>
    private double Value(ReadOnlySpan<int> dimensions, int start, out int end)
    {
        end = start + 1;
        while (end < dimensions.Length && dimensions[end] == dimensions[start])
            end++;
        return (end - start) * weights[dimensions[start]];
    }

    private sealed class Reader(NgramEncoder encoder, CategoryColumn column) : ColumnReader
    {
        public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
        {
            ReadOnlySpan<int> codes = column.Codes;
            encoder.ClearNgrams(slots, stride, count);
            for (int i = 0; i < count; i++)
            {
                int code = codes[rows is null ? start + i : rows[start + i]];
                if (code >= 0)
                    Set(column.Vocabulary[code], slots[i..], stride);
                else
                    slots[i] = slots[stride + i] = double.NaN;
            }
        }

        private void Set(string text, Span<double> slots, int stride)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
            int length = Encoding.UTF8.GetBytes(text, buffer);
            encoder.Encode(buffer.AsSpan(0, length), slots, stride);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

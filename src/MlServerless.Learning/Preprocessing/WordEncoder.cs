using System.Buffers;
using System.Text;
using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// A text as its length in characters, its number of words, and for each kept hash bucket whether a word of the text falls
/// into it. Words are runs of ASCII letters and digits and of all non-ASCII characters; ASCII letters in lower case; the hash is
/// 64-bit FNV-1a. Models of preprocessing version 1 have it; those of today have <see cref="NgramEncoder"/>.
/// </summary>
internal sealed class WordEncoder : InputEncoder
{
    public const string KindName = "text";

    /// <summary>Words are spread over this many buckets.</summary>
    public const int HashBuckets = 256;

    private const int FixedSlots = 2;

    /// <param name="kept">Ascending hash buckets with a slot of their own.</param>
    public WordEncoder(int input, string name, IReadOnlyList<int> kept)
        : base(name, ColumnType.Text, MakeSlots(input, kept))
    {
        Kept = kept;
    }

    public IReadOnlyList<int> Kept { get; }

    public override string Kind => KindName;

    public override bool SetText(ReadOnlySpan<byte> utf8, Span<double> slots, int stride)
    {
        Span<bool> present = stackalloc bool[HashBuckets];
        present.Clear();
        Scan(utf8, present, out int characters, out int words);
        slots[0] = characters;
        slots[stride] = words;
        for (int i = 0; i < Kept.Count; i++)
            slots[(FixedSlots + i) * stride] = present[Kept[i]] ? 1 : 0;
        return true;
    }

    public override ColumnReader Bind(Column column) => new Reader(this, Expect<CategoryColumn>(column));

    public override InputDocument Describe() => base.Describe() with { Buckets = Kept };

    private static void Scan(ReadOnlySpan<byte> utf8, Span<bool> present, out int characters, out int words)
    {
        const ulong Basis = 14695981039346656037;
        const ulong Prime = 1099511628211;
        characters = 0;
        words = 0;
        ulong hash = Basis;
        bool inWord = false;
        foreach (byte unit in utf8)
        {
            if ((unit & 0xC0) != 0x80)
                characters++;
            byte lower = unit is >= (byte)'A' and <= (byte)'Z' ? (byte)(unit | 0x20) : unit;
            if (lower >= 0x80 || lower is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9')
            {
                hash = (hash ^ lower) * Prime;
                inWord = true;
            }
            else if (inWord)
            {
                EndWord(present, ref hash, ref words);
                inWord = false;
            }
        }
        if (inWord)
            EndWord(present, ref hash, ref words);

        static void EndWord(Span<bool> present, ref ulong hash, ref int words)
        {
            present[(int)((hash ^ (hash >> 32)) % HashBuckets)] = true;
            words++;
            hash = Basis;
        }
    }

    private static List<Slot> MakeSlots(int input, IReadOnlyList<int> kept)
    {
        List<Slot> slots = [new(input, "characters"), new(input, "words")];
        slots.AddRange(kept.Select(bucket => new Slot(input, $"word{bucket}")));
        return slots;
    }

    private sealed class Reader(WordEncoder encoder, CategoryColumn column) : ColumnReader
    {
        public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
        {
            ReadOnlySpan<int> codes = column.Codes;
            for (int i = 0; i < count; i++)
            {
                int code = codes[rows is null ? start + i : rows[start + i]];
                if (code < 0)
                    encoder.SetMissing(slots[i..], stride);
                else
                    Set(column.Vocabulary[code], slots[i..], stride);
            }
        }

        private void Set(string text, Span<double> slots, int stride)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
            int length = Encoding.UTF8.GetBytes(text, buffer);
            encoder.SetText(buffer.AsSpan(0, length), slots, stride);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using System.Text;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// Cuts a text into words and hashes its n-grams: 64-bit FNV-1a over the code points of a word, words joined and buckets drawn by
/// SplitMix64. Case does not matter.
/// </summary>
/// <param name="words">Words in a row at most.</param>
/// <param name="characters">Characters in a row at most; 0 for none. A word's beginning and end count as one each.</param>
internal readonly struct TextNgrams(int words, int characters)
{
    private const int BucketBits = 18;

    /// <summary>N-grams fall into so many buckets.</summary>
    public const int Buckets = 1 << BucketBits;

    private const int Boundary = ' ';
    private const ulong CharacterTag = 0x100;
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Adds the bucket of every n-gram, as often as it occurs.</summary>
    /// <param name="length">Characters of the text.</param>
    /// <param name="count">Words of the text.</param>
    public void Scan(ReadOnlySpan<byte> utf8, ref BucketList buckets, out int length, out int count)
    {
        Span<ulong> lastWords = stackalloc ulong[TextOptions.MaxWordNgrams];
        Span<int> lastCharacters = stackalloc int[TextOptions.MaxCharacterNgrams];
        length = 0;
        count = 0;
        ulong hash = Basis;
        int inWord = 0;
        while (utf8.Length > 0)
        {
            Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            utf8 = utf8[consumed..];
            length++;
            if (TextCharacters.IsWord(rune.Value))
            {
                if (inWord == 0)
                    AddCharacter(Boundary, ref inWord, lastCharacters, ref buckets);
                int point = TextCharacters.Fold(rune.Value);
                hash = (hash ^ (uint)point) * Prime;
                AddCharacter(point, ref inWord, lastCharacters, ref buckets);
            }
            else if (inWord > 0)
            {
                AddCharacter(Boundary, ref inWord, lastCharacters, ref buckets);
                AddWord(hash, ref count, lastWords, ref buckets);
                hash = Basis;
                inWord = 0;
            }
        }
        if (inWord > 0)
        {
            AddCharacter(Boundary, ref inWord, lastCharacters, ref buckets);
            AddWord(hash, ref count, lastWords, ref buckets);
        }
    }

    private void AddWord(ulong word, ref int count, scoped Span<ulong> last, ref BucketList buckets)
    {
        last[count % last.Length] = word;
        count++;
        for (int n = 1; n <= Math.Min(words, count); n++)
        {
            ulong hash = last[(count - n) % last.Length];
            for (int i = n - 1; i > 0; i--)
                hash = SplitMix.At(hash, last[(count - i) % last.Length]);
            buckets.Add(BucketOf(hash, (ulong)n));
        }
    }

    private void AddCharacter(int point, ref int count, scoped Span<int> last, ref BucketList buckets)
    {
        last[count % last.Length] = point;
        count++;
        for (int n = TextOptions.MinCharacterNgrams; n <= Math.Min(characters, count); n++)
        {
            ulong hash = Basis;
            for (int i = n; i > 0; i--)
                hash = (hash ^ (uint)last[(count - i) % last.Length]) * Prime;
            buckets.Add(BucketOf(hash, CharacterTag + (ulong)n));
        }
    }

    private static int BucketOf(ulong hash, ulong tag) => (int)(SplitMix.At(hash, tag) >> (64 - BucketBits));
}

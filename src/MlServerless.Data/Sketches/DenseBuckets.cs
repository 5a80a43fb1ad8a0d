using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// The fast half of an <see cref="AdaptiveHistogram"/>: counts many doubles in buckets that lie close together, found by their exponent
/// and the first bits of their mantissa without any search. The level is never above the one at which the values fit the capacity, so that what the
/// histogram comes to does not depend on who counted. Values for which there is no such place are left to the histogram.
/// </summary>
internal sealed class DenseBuckets
{
    /// <summary>A page holds the counts of 16 neighbouring buckets: one cache line.</summary>
    private const int PageBits = 4;

    private const int MantissaBits = 52;

    /// <summary>Of narrow ranges far from zero an octave would have too many pages to list them all.</summary>
    private const int MostBitsOfOctave = 15;

    private const int FewestOctaves = 16;
    private const int FewestPages = 256;
    private const int MostPlaces = 1 << 18;

    /// <summary>So many values are looked at before a level is chosen.</summary>
    private const int FirstLook = 1 << 13;

    private readonly int capacity;

    /// <summary>Values until there is a level.</summary>
    private double[]? first;
    private int firstCount;
    private int level;

    /// <summary>By sign and exponent: the number of the octave; 0 where no value was yet.</summary>
    private ushort[] octaves = [];

    /// <summary>For every octave its pages; 0 where no value was yet.</summary>
    private ushort[] pages = [];
    private uint[] counts = [];
    private int octaveCount;
    private int pageCount;
    private int used;
    private long added;

    /// <param name="capacity">That of the histogram.</param>
    internal DenseBuckets(int capacity) => this.capacity = capacity;

    internal bool IsEmpty => firstCount == 0 && added == 0;

    /// <summary>Whether more values could be too many for the counts.</summary>
    internal bool IsFull => added > int.MaxValue;

    private int BitsOfOctave => MantissaBits - level - PageBits;

    /// <summary>Adds finite values.</summary>
    /// <returns>How many of them; the others have no place here.</returns>
    internal int Add(ReadOnlySpan<double> values)
    {
        int taken = 0;
        if (counts.Length == 0)
        {
            first ??= ArrayPool<double>.Shared.Rent(FirstLook);
            taken = Math.Min(values.Length, FirstLook - firstCount);
            values[..taken].CopyTo(first.AsSpan(firstCount));
            firstCount += taken;
            if (firstCount < FirstLook || !TryStart())
                return taken;
        }

        while (taken < values.Length)
        {
            taken += Count(values[taken..]);
            if ((used > 2 * capacity && !TryRaise()) || (taken < values.Length && !TryMakeRoom(AdaptiveHistogram.Key(values[taken]))))
                break;
        }

        return taken;
    }

    /// <summary>The values that came before there was a level; valid until the next are added.</summary>
    internal ReadOnlySpan<double> TakeFirst()
    {
        ReadOnlySpan<double> taken = first.AsSpan(0, firstCount);
        firstCount = 0;
        return taken;
    }

    /// <summary>Gives away what was counted and starts anew.</summary>
    /// <param name="keys">The buckets that are not empty.</param>
    /// <param name="bucketCounts">Their counts.</param>
    /// <param name="atLevel">Their level.</param>
    /// <returns>False if nothing was counted at a level.</returns>
    internal bool TryPack(out ulong[] keys, out uint[] bucketCounts, out int atLevel)
    {
        (keys, bucketCounts) = ([], []);
        atLevel = level;
        if (added == 0 || firstCount > 0)
            return false;
        (keys, bucketCounts) = (new ulong[used], new uint[used]);
        Fill(keys, bucketCounts);
        Restart();
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    internal void Restart()
    {
        if (first is not null)
            ArrayPool<double>.Shared.Return(first);
        first = null;
        Release();
        (counts, pages, octaves) = ([], [], []);
        added = used = firstCount = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Count(ReadOnlySpan<double> values)
    {
        ref ushort octave = ref MemoryMarshal.GetArrayDataReference(octaves);
        ref ushort page = ref MemoryMarshal.GetArrayDataReference(pages);
        ref uint count = ref MemoryMarshal.GetArrayDataReference(counts);
        int bitsOfOctave = BitsOfOctave;
        int shift = level;
        ulong inOctave = (1UL << bitsOfOctave) - 1;
        int found = 0;
        int i = 0;
        for (; i < values.Length; i++)
        {
            ulong key = AdaptiveHistogram.Key(values[i]);
            uint place = Unsafe.Add(ref octave, (nint)(key >> MantissaBits));
            key >>= shift;
            uint number = Unsafe.Add(ref page, (nint)((place << bitsOfOctave) + ((key >> PageBits) & inOctave)));
            ref uint bucket = ref Unsafe.Add(ref count, (nint)((number << PageBits) + (key & ((1 << PageBits) - 1))));
            if (number == 0)
                break;
            found += bucket == 0 ? 1 : 0;
            bucket++;
        }

        used += found;
        added += i;
        return i;
    }

    /// <summary>Chooses the level and counts the first values.</summary>
    private bool TryStart()
    {
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(FirstLook);
        for (int i = 0; i < FirstLook; i++)
            keys[i] = AdaptiveHistogram.Key(first![i]);
        int lowest = BucketKeys.LowestSufficientShift(keys.AsSpan(0, FirstLook), capacity, isFar: true);
        ArrayPool<ulong>.Shared.Return(keys);
        if (!TryOpen(lowest))
            return false;
        ReadOnlySpan<double> values = first.AsSpan(0, FirstLook);
        while (!values.IsEmpty)
        {
            values = values[Count(values)..];
            if (!values.IsEmpty && !TryMakeRoom(AdaptiveHistogram.Key(values[0])))
            {
                // All of them are still there to be counted elsewhere.
                added = 0;
                return false;
            }
        }

        firstCount = 0;
        return true;
    }

    private bool TryOpen(int atLevel)
    {
        level = atLevel;
        if (BitsOfOctave is < 0 or > MostBitsOfOctave)
            return false;
        octaves = Zeros<ushort>(1 << (64 - MantissaBits));
        pages = Zeros<ushort>(FewestOctaves << BitsOfOctave);
        counts = Zeros<uint>(FewestPages << PageBits);
        octaveCount = pageCount = 1;
        used = 0;
        added = 0;
        return true;
    }

    private bool TryMakeRoom(ulong key)
    {
        ref ushort octave = ref octaves[(int)(key >> MantissaBits)];
        if (octave == 0)
        {
            int wanted = (octaveCount + 1) << BitsOfOctave;
            if (wanted > MostPlaces)
                return false;
            if (wanted > pages.Length)
                Grow(ref pages, Math.Max(wanted, 2 * pages.Length));
            octave = (ushort)octaveCount++;
        }

        int place = (octave << BitsOfOctave) + (int)((key >> (level + PageBits)) & ((1UL << BitsOfOctave) - 1));
        if (pages[place] == 0)
        {
            int wanted = (pageCount + 1) << PageBits;
            if (pageCount > ushort.MaxValue)
                return false;
            if (wanted > counts.Length)
                Grow(ref counts, 2 * counts.Length);
            pages[place] = (ushort)pageCount++;
        }

        return true;
    }

    /// <summary>Makes the buckets so wide that they are no more than the capacity.</summary>
    private bool TryRaise()
    {
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(used);
        uint[] filled = ArrayPool<uint>.Shared.Rent(used);
        int length = used;
        Fill(keys, filled);
        int shift = BucketKeys.LowestSufficientShift(keys.AsSpan(0, length), capacity, isFar: false);
        if (level + shift > MantissaBits - PageBits)
            return false;
        long before = added;
        int oldLevel = level;
        Release();
        if (!TryOpen(level + shift))
            throw new InvalidOperationException("Wider buckets have no room where narrow ones had.");
        for (int i = 0; i < length; i++)
        {
            ulong wide = keys[i] << oldLevel;
            if (!TryMakeRoom(wide))
                throw new InvalidOperationException("Fewer buckets have no room where more had.");
            int place = (octaves[(int)(wide >> MantissaBits)] << BitsOfOctave) + (int)((wide >> (level + PageBits)) & ((1UL << BitsOfOctave) - 1));
            ref uint bucket = ref counts[(pages[place] << PageBits) + (int)((wide >> level) & ((1 << PageBits) - 1))];
            used += bucket == 0 ? 1 : 0;
            bucket += filled[i];
        }

        ArrayPool<ulong>.Shared.Return(keys);
        ArrayPool<uint>.Shared.Return(filled);
        added = before;
        return true;
    }

    /// <summary>Writes the buckets that are not empty: keys at this level, and counts.</summary>
    private void Fill(ulong[] keys, uint[] filled)
    {
        int position = 0;
        for (int octave = 0; octave < 1 << (64 - MantissaBits); octave++)
        {
            if (octaves[octave] == 0)
                continue;
            for (int i = 0; i < 1 << BitsOfOctave; i++)
            {
                int page = pages[(octaves[octave] << BitsOfOctave) + i];
                if (page == 0)
                    continue;
                ulong key = ((ulong)octave << BitsOfOctave | (uint)i) << PageBits;
                for (int j = 0; j < 1 << PageBits; j++)
                {
                    uint count = counts[(page << PageBits) + j];
                    if (count == 0)
                        continue;
                    keys[position] = key | (uint)j;
                    filled[position++] = count;
                }
            }
        }
    }

    private void Release()
    {
        ArrayPool<ushort>.Shared.Return(octaves);
        ArrayPool<ushort>.Shared.Return(pages);
        ArrayPool<uint>.Shared.Return(counts);
    }

    private static T[] Zeros<T>(int length)
    {
        T[] array = ArrayPool<T>.Shared.Rent(length);
        Array.Clear(array);
        return array;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        T[] larger = Zeros<T>(length);
        array.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}

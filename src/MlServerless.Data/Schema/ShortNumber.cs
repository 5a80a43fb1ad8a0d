using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlServerless.Data;

/// <summary>
/// Reads the numbers that most values of most files are: a sign or none, and up to 16 digits with or without a point. The same
/// value as <see cref="ValueParser"/> gives, without a branch that depends on the digits.
/// </summary>
internal readonly ref struct ShortNumber
{
    /// <summary>The longest text.</summary>
    internal const int MaxLength = Lanes;

    /// <summary>How many bytes from the start of the text on must be readable.</summary>
    internal const int Readable = Lanes + 1;

    private const int Lanes = 16;

    /// <summary>More than there are, so that the place in the table takes no multiplication.</summary>
    private const int PlacesPerLength = 32;
    private const ulong LargestExactInteger = 1UL << 53;

    /// <summary>For a length and a place of the point (the length, if there is none): which byte goes to which of 16 digits, the last digit last.</summary>
    private static readonly byte[] AllPlaces = MakePlaces();

    // Held here, because a loop that is compiled before it runs would ask at every value whether the class is initialized.
    private readonly ref byte allPlaces;

    public ShortNumber() => allPlaces = ref AllPlaces[0];

    /// <summary>By the number of bytes from the point on; 0 if there is none.</summary>
    private static ReadOnlySpan<double> Divisors => [1e0, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <param name="text">The first byte; <see cref="Readable"/> bytes must be readable.</param>
    /// <param name="length">How many bytes the text has, at most <see cref="MaxLength"/>.</param>
    /// <param name="value">The nearest double.</param>
    /// <param name="valueClass">Integer, number or code.</param>
    /// <returns>False for anything else, which may be a number nevertheless.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryRead(ref byte text, int length, out double value, out ValueClass valueClass)
    {
        // A plus is left to the parser: hardly anybody writes one.
        int negative = text == '-' ? 1 : 0;
        int count = length - negative;
        if ((uint)(count - 1) >= Lanes)
            return Leave(out value, out valueClass);
        Vector128<byte> digits = Vector128.LoadUnsafe(ref text, (nuint)negative) - Vector128.Create((byte)'0');
        uint inside = (1u << count) - 1;
        uint others = ~Vector128.Equals(Vector128.Min(digits, Vector128.Create((byte)9)), digits).ExtractMostSignificantBits() & inside;
        int point = BitOperations.TrailingZeroCount(others | 1u << count);
        valueClass = ValueClass.Number;
        if (others != 0)
        {
            if ((others & (others - 1)) != 0 || Unsafe.Add(ref text, (nint)(uint)(negative + point)) != '.' || count == 1)
                return Leave(out value, out valueClass);
        }
        else
        {
            valueClass = count > 1 && Unsafe.Add(ref text, negative) == '0' ? ValueClass.Code : ValueClass.Integer;
        }

        Vector128<byte> places = Vector128.LoadUnsafe(ref allPlaces, (nuint)(uint)((count * PlacesPerLength + point) * Lanes));
        ulong mantissa = SixteenDigits(Vector128.ShuffleNative(digits, places));
        if (mantissa > LargestExactInteger)
            return Leave(out value, out valueClass);

        // Both operands are exact, so the one rounding is the right one (Clinger 1990).
        double magnitude = (long)mantissa / Unsafe.Add(ref MemoryMarshal.GetReference(Divisors), (nint)(uint)(count - point));
        value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(magnitude) | (ulong)negative << 63);
        return true;
    }

    private static bool Leave(out double value, out ValueClass valueClass)
    {
        value = 0;
        valueClass = ValueClass.Other;
        return false;
    }

    /// <summary>The number that sixteen decimal digits make, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SixteenDigits(Vector128<byte> digits)
    {
        if (!Sse41.IsSupported)
            return EightDigits(digits.AsUInt64().ToScalar()) * 100_000_000 + EightDigits(digits.AsUInt64().GetElement(1));
        Vector128<short> twos = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create((ushort)0x010A).AsSByte());
        Vector128<int> fours = Sse2.MultiplyAddAdjacent(twos, Vector128.Create(0x0001_0064).AsInt16());
        Vector128<int> eights = Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create(0x0001_2710).AsInt16());
        ulong both = eights.AsUInt64().ToScalar();
        return (uint)both * 100_000_000UL + (both >> 32);
    }

    /// <summary>The number that eight decimal digits make, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EightDigits(ulong digits)
    {
        if (!BitConverter.IsLittleEndian)
            digits = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(digits);
        digits = digits * 2561 >> 8;
        digits = (digits & 0x00FF00FF00FF00FF) * 6553601 >> 16;
        return (digits & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
    }

    private static byte[] MakePlaces()
    {
        byte[] places = new byte[(Lanes + 1) * PlacesPerLength * Lanes];
        places.AsSpan().Fill(byte.MaxValue);
        for (int count = 1; count <= Lanes; count++)
        {
            for (int point = 0; point <= count; point++)
            {
                Span<byte> row = places.AsSpan((count * PlacesPerLength + point) * Lanes, Lanes);
                int lane = Lanes;
                for (int i = count - 1; i >= 0; i--)
                {
                    if (i != point)
                        row[--lane] = (byte)i;
                }
            }
        }

        return places;
    }
}

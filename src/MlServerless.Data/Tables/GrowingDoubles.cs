using System.Runtime.InteropServices;

namespace MlServerless.Data;

/// <summary>
/// Numbers of a column that grows, outside of the collector's heap: the system moves large blocks without copying them, and what a column
/// was collected in is given back the moment it is built, not when somebody next collects. A table would else be in memory twice.
/// </summary>
internal sealed unsafe class GrowingDoubles
{
    private const int FewestValues = 1024;

    private double* values;
    private int capacity;

    ~GrowingDoubles() => NativeMemory.Free(values);

    internal int Length { get; private set; }

    /// <summary>Adds room for so many values; valid until the next call.</summary>
    internal Span<double> Extend(int count)
    {
        int wanted = checked(Length + count);
        if (wanted > capacity)
        {
            capacity = Math.Max(Math.Max(wanted, FewestValues), (int)Math.Min(Array.MaxLength, capacity + (long)(capacity / 4)));
            values = (double*)NativeMemory.Realloc(values, (nuint)capacity * sizeof(double));
        }

        Length = wanted;
        return new Span<double>(values + wanted - count, count);
    }

    /// <summary>Copies all values and gives the memory back.</summary>
    internal void MoveTo(Span<double> target)
    {
        new ReadOnlySpan<double>(values, Length).CopyTo(target);
        NativeMemory.Free(values);
        values = null;
        (Length, capacity) = (0, 0);
    }
}

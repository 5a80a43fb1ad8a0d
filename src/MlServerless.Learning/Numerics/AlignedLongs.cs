using System.Runtime.CompilerServices;

namespace MlServerless.Learning.Numerics;

/// <summary>Zeroed 64-bit integers that start at a cache line and stay where they are, so that no 16-byte pair straddles two lines.</summary>
internal sealed unsafe class AlignedLongs
{
    private const int LineBytes = 64;
    private readonly long[] storage;

    public AlignedLongs(long length)
    {
        storage = GC.AllocateArray<long>(checked((int)(length + LineBytes / sizeof(long))), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref storage[0]);
        Pointer = (long*)((address + LineBytes - 1) & ~(nint)(LineBytes - 1));
        Length = length;
    }

    /// <summary>The first element; valid as long as this object is reachable.</summary>
    public long* Pointer { get; }

    public long Length { get; }

    public Span<long> Span(long start, int length) => new(Pointer + start, length);
}

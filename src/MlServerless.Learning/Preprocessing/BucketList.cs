using System.Buffers;

namespace MlServerless.Learning.Preprocessing;

/// <summary>A list of hash buckets that begins on the stack and goes on in a pooled array.</summary>
internal ref struct BucketList(Span<int> start)
{
    private Span<int> items = start;
    private int[]? rented;
    private int count;

    public readonly Span<int> Items => items[..count];

    public void Add(int bucket)
    {
        if (count == items.Length)
            Grow();
        items[count++] = bucket;
    }

    public readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<int>.Shared.Return(rented);
    }

    private void Grow()
    {
        int[] larger = ArrayPool<int>.Shared.Rent(checked(count * 2));
        Items.CopyTo(larger);
        if (rented is not null)
            ArrayPool<int>.Shared.Return(rented);
        items = rented = larger;
    }
}

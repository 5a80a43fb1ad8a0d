namespace MlServerless.Data;

/// <summary>Counts of values by a few bits of their hash: what remains of the distribution of a column with more values than are counted one by one.</summary>
internal sealed class HashBins : IHashSummary<HashBins>
{
    internal const int Size = 64;

    internal long[] Counts { get; } = new long[Size];

    public void Add(ulong hash, long count) => Counts[hash % Size] += count;

    public void Add(ReadOnlySpan<ulong> hashes)
    {
        foreach (ulong hash in hashes)
            Add(hash, 1);
    }

    public void Merge(HashBins other)
    {
        for (int i = 0; i < Size; i++)
            Counts[i] += other.Counts[i];
    }
}

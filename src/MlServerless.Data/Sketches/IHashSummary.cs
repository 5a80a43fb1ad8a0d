namespace MlServerless.Data;

/// <summary>A summary of bounded size over the hashes of values, which does not depend on the order in which they come.</summary>
internal interface IHashSummary<TSelf>
    where TSelf : IHashSummary<TSelf>
{
    void Add(ulong hash, long count);

    /// <summary>Adds each hash once.</summary>
    void Add(ReadOnlySpan<ulong> hashes);

    void Merge(TSelf other);
}

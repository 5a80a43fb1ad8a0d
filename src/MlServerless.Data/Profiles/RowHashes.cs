using System.Runtime.CompilerServices;

namespace MlServerless.Data;

/// <summary>Sums over the columns of a batch, one for every row, from which rows are told apart.</summary>
/// <param name="sums">By row.</param>
/// <param name="seed">That of the column.</param>
internal readonly struct RowHashes(ulong[] sums, ulong seed)
{
    internal ulong[] Sums { get; } = sums;

    /// <summary>What a value adds to the sum of its row; values without text add nothing.</summary>
    /// <param name="hash">Its <see cref="StableHash"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Term(ulong hash) => StableHash.Mix(hash, seed);

    /// <summary>Adds the value of one row.</summary>
    internal void Add(int row, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
            Sums[row] += Term(StableHash.Of(text));
    }
}

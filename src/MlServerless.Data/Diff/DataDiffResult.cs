namespace MlServerless.Data;

/// <summary>
/// What differs between the rows of two data versions. A row is what it is by the text of <see cref="Columns"/>, quotes undone. Counts are exact but for
/// collisions of 64-bit hashes of the keys (with 20 million keys on either side the odds that any two collide are 1 in 20,000). Of rows that share a key,
/// equal ones are set against each other first, then the rest in pairs as changed; what is left over was added or removed.
/// </summary>
/// <remarks>Rows before − removed + added = rows after; removed + changed + unchanged = rows before, those kept out aside.</remarks>
public sealed record DataDiffResult
{
    /// <summary>The columns that tell which row is which; none where a row is known by its whole content, so that nothing counts as changed.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>The columns of both versions, in the order of the later one. What another column holds is not compared.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    public required DiffRows Before { get; init; }

    public required DiffRows After { get; init; }

    public required long Added { get; init; }

    public required long Removed { get; init; }

    public required long Changed { get; init; }

    public required long Unchanged { get; init; }

    /// <summary>Those whose keys have the smallest hashes, so the same for any order of the rows; at most <see cref="DataDiff.MaxExamples"/>, as in the lists below.</summary>
    public required IReadOnlyList<DiffExample> AddedExamples { get; init; }

    public required IReadOnlyList<DiffExample> RemovedExamples { get; init; }

    public required IReadOnlyList<DiffExample> ChangedExamples { get; init; }
}

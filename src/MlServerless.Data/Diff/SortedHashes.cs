using System.Globalization;

namespace MlServerless.Data;

/// <summary>The hashes of a version's rows, sorted.</summary>
internal sealed class SortedHashes
{
    private RowHash[] hashes;
    private int count;

    private SortedHashes(long expected) => hashes = new RowHash[Math.Clamp(expected, 1024, DataDiff.MaxRows)];

    internal ReadOnlySpan<RowHash> Span => hashes.AsSpan(0, count);

    internal DiffRows Rows { get; private set; } = new(0, 0, 0, 0);

    /// <exception cref="DataDiffException">There are more than <see cref="DataDiff.MaxRows"/> rows.</exception>
    internal static SortedHashes Of(VersionRows version, RowHasher hasher, CancellationToken cancellationToken)
    {
        var sorted = new SortedHashes(version.Expected);
        (long rows, long rejected) = version.Read(hasher, (_, _, _, hash) => sorted.Add(hash), null, cancellationToken);
        sorted.hashes.AsSpan(0, sorted.count).Sort();
        (long keys, long surplus) = sorted.Duplicates();
        sorted.Rows = new DiffRows(rows, rejected, keys, surplus);
        return sorted;
    }

    private bool Add(RowHash hash)
    {
        if (count == DataDiff.MaxRows)
            throw new DataDiffException(string.Create(CultureInfo.InvariantCulture, $"A version has more than {DataDiff.MaxRows} rows, and no more are compared row by row. Compare versions of single uploads."));
        if (count == hashes.Length)
            Array.Resize(ref hashes, (int)Math.Min(count * 3L / 2, DataDiff.MaxRows));
        hashes[count++] = hash;
        return true;
    }

    private (long Keys, long Surplus) Duplicates()
    {
        long keys = 0;
        long surplus = 0;
        for (int i = 1; i < count; i++)
        {
            if (hashes[i].Key != hashes[i - 1].Key)
                continue;
            surplus++;
            if (i == 1 || hashes[i - 2].Key != hashes[i].Key)
                keys++;
        }

        return (keys, surplus);
    }
}

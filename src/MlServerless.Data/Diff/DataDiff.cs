namespace MlServerless.Data;

/// <summary>
/// Compares the rows of two data versions. Each is streamed once, and again as far as its examples lie; 16 bytes a row are held. Neither the order of
/// the rows and columns nor the borders of parts matter to what is found; row numbers tell where the first of equal rows stands.
/// </summary>
public static class DataDiff
{
    /// <summary>The most rows of a version, those kept out aside: 320 MB of hashes.</summary>
    public const int MaxRows = 20_000_000;

    public const int MaxExamples = 20;

    public const int MaxExampleColumns = 20;

    /// <summary>What is held while two versions are compared.</summary>
    /// <param name="rows">The rows of both together.</param>
    public static long EstimateBytes(long rows) => rows * RowHash.Bytes;

    /// <param name="before">The earlier version, or whichever the other is compared with.</param>
    /// <param name="after">The later version.</param>
    /// <param name="key">The columns that tell which row is which; none to compare rows by their content, as often as each is there.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DataDiffException">A version has more than <see cref="MaxRows"/> rows or lacks a key column, or they have no column in common.</exception>
    public static DataDiffResult Compare(DiffVersion before, DiffVersion after, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(key);
        var rowsBefore = new VersionRows(before);
        var rowsAfter = new VersionRows(after);
        string[] shared = [.. rowsAfter.Columns.Intersect(rowsBefore.Columns, StringComparer.Ordinal)];
        Require(rowsBefore, rowsAfter, shared, key);

        // Hashed in an order that does not depend on that of the files.
        var hasher = new RowHasher([.. key.Order(StringComparer.Ordinal)], [.. shared.Order(StringComparer.Ordinal)]);
        SortedHashes hashesBefore = SortedHashes.Of(rowsBefore, hasher, cancellationToken);
        SortedHashes hashesAfter = SortedHashes.Of(rowsAfter, hasher, cancellationToken);
        var comparison = new HashComparison(hashesBefore.Span, hashesAfter.Span);
        var textsBefore = new ExampleRows(rowsBefore, hasher, shared, [.. comparison.RemovedExamples, .. comparison.ChangedExamples.Select(pair => pair.Before)], cancellationToken);
        var textsAfter = new ExampleRows(rowsAfter, hasher, shared, [.. comparison.AddedExamples, .. comparison.ChangedExamples.Select(pair => pair.After)], cancellationToken);
        int[] shown = key.Count == 0 ? [.. Enumerable.Range(0, Math.Min(shared.Length, MaxExampleColumns))] : [.. key.Select(name => Array.IndexOf(shared, name))];
        return new DataDiffResult
        {
            Key = key,
            Columns = shared,
            Before = hashesBefore.Rows,
            After = hashesAfter.Rows,
            Added = comparison.Added,
            Removed = comparison.Removed,
            Changed = comparison.Changed,
            Unchanged = comparison.Unchanged,
            AddedExamples = [.. comparison.AddedExamples.Select(hash => textsAfter.Next(hash)).Select(row => new DiffExample(Values(row.Texts), null, row.Number, []))],
            RemovedExamples = [.. comparison.RemovedExamples.Select(hash => textsBefore.Next(hash)).Select(row => new DiffExample(Values(row.Texts), row.Number, null, []))],
            ChangedExamples = [.. comparison.ChangedExamples.Select(pair => Change(textsBefore.Next(pair.Before), textsAfter.Next(pair.After)))],
        };

        IReadOnlyList<string> Values(string[] texts) => [.. shown.Select(column => ExampleRows.Short(texts[column]))];

        DiffExample Change((long Number, string[] Texts) then, (long Number, string[] Texts) now) => new(
            Values(now.Texts),
            then.Number,
            now.Number,
            [
                .. Enumerable.Range(0, shared.Length)
                    .Where(column => then.Texts[column] != now.Texts[column])
                    .Take(MaxExampleColumns)
                    .Select(column => new CellChange(shared[column], ExampleRows.Short(then.Texts[column]), ExampleRows.Short(now.Texts[column]))),
            ]);
    }

    private static void Require(VersionRows before, VersionRows after, string[] shared, IReadOnlyList<string> key)
    {
        foreach (string name in key)
        {
            if (!shared.Contains(name, StringComparer.Ordinal))
            {
                VersionRows lacking = before.Columns.Contains(name, StringComparer.Ordinal) ? after : before;
                throw new DataDiffException($"The version {(lacking == before ? "before" : "after")} has no column '{name}', by which rows are to be told apart. Its columns: {Names(lacking.Columns)}.");
            }
        }

        if (shared.Length == 0)
            throw new DataDiffException($"The versions have no column in common. Before: {Names(before.Columns)}; after: {Names(after.Columns)}.");
    }

    private static string Names(IReadOnlyList<string> columns) => columns.Count == 0 ? "none" : string.Join(", ", columns.Take(20)) + (columns.Count > 20 ? ", …" : "");
}

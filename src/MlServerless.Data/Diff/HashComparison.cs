namespace MlServerless.Data;

/// <summary>Counts what differs between the sorted hashes of two versions, key by key.</summary>
internal sealed class HashComparison
{
    private readonly List<RowHash> goneHere = [];
    private readonly List<RowHash> newHere = [];

    internal HashComparison(ReadOnlySpan<RowHash> before, ReadOnlySpan<RowHash> after)
    {
        while (!before.IsEmpty || !after.IsEmpty)
        {
            ulong key = before.IsEmpty ? after[0].Key : after.IsEmpty ? before[0].Key : Math.Min(before[0].Key, after[0].Key);
            int rowsBefore = CountOf(key, before);
            int rowsAfter = CountOf(key, after);
            CompareKey(before[..rowsBefore], after[..rowsAfter]);
            before = before[rowsBefore..];
            after = after[rowsAfter..];
        }
    }

    internal long Added { get; private set; }

    internal long Removed { get; private set; }

    internal long Changed { get; private set; }

    internal long Unchanged { get; private set; }

    /// <summary>The first in the order of the hashes, as in the lists below.</summary>
    internal List<RowHash> AddedExamples { get; } = [];

    internal List<RowHash> RemovedExamples { get; } = [];

    internal List<(RowHash Before, RowHash After)> ChangedExamples { get; } = [];

    private static int CountOf(ulong key, ReadOnlySpan<RowHash> rows)
    {
        int count = 0;
        while (count < rows.Length && rows[count].Key == key)
            count++;
        return count;
    }

    private void CompareKey(ReadOnlySpan<RowHash> before, ReadOnlySpan<RowHash> after)
    {
        goneHere.Clear();
        newHere.Clear();
        int i = 0;
        int j = 0;
        while (i < before.Length || j < after.Length)
        {
            int order = i == before.Length ? 1 : j == after.Length ? -1 : before[i].Content.CompareTo(after[j].Content);
            if (order == 0)
            {
                Unchanged++;
                i++;
                j++;
            }
            else if (order < 0)
            {
                goneHere.Add(before[i++]);
            }
            else
            {
                newHere.Add(after[j++]);
            }
        }

        int changed = Math.Min(goneHere.Count, newHere.Count);
        Changed += changed;
        Removed += goneHere.Count - changed;
        Added += newHere.Count - changed;
        for (int k = 0; k < changed && ChangedExamples.Count < DataDiff.MaxExamples; k++)
            ChangedExamples.Add((goneHere[k], newHere[k]));
        for (int k = changed; k < goneHere.Count && RemovedExamples.Count < DataDiff.MaxExamples; k++)
            RemovedExamples.Add(goneHere[k]);
        for (int k = changed; k < newHere.Count && AddedExamples.Count < DataDiff.MaxExamples; k++)
            AddedExamples.Add(newHere[k]);
    }
}

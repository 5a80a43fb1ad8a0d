namespace MlServerless.Data;

/// <summary>Finds what somebody may have meant by a misspelt name.</summary>
internal static class Suggestion
{
    private const int LongestName = 64;

    /// <returns>"did you mean 'x'?" without a full stop, or null when nothing is near.</returns>
    internal static string? For(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName)
            return null;
        (string? near, int distance) = known.Where(candidate => candidate.Length <= LongestName)
            .Select(candidate => ((string?)candidate, Distance(candidate, name)))
            .DefaultIfEmpty((null, int.MaxValue))
            .MinBy(candidate => candidate.Item2);
        return near is not null && distance <= Math.Min(3, (name.Length + 1) / 2) ? $"did you mean '{near}'?" : null;
    }

    /// <summary>Levenshtein distance, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[b.Length];
    }
}

namespace MlServerless.Data;

/// <summary>Finds what somebody may have meant by a misspelt name.</summary>
public static class NearestName
{
    /// <summary>Longer names are not looked at: the cost of a comparison grows with the square.</summary>
    private const int LongestName = 64;

    /// <summary>The known name with the smallest edit distance, where it is near enough to be meant; of equally near ones the first. Case, '-' and '_' count for nothing.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        if (name.Length > LongestName)
            return null;
        string wanted = Normalize(name);
        string? best = null;
        int bestDistance = Math.Min(3, (name.Length + 1) / 2) + 1;
        foreach (string candidate in known.Where(candidate => candidate.Length <= LongestName))
        {
            int distance = Distance(Normalize(candidate), wanted);
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <returns>"did you mean 'x'?" without a full stop, or null when nothing is near.</returns>
    public static string? Hint(string name, IEnumerable<string> known) => Find(name, known) is { } near ? $"did you mean '{near}'?" : null;

    private static string Normalize(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Levenshtein distance, in one row of its table.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), replaced));
            }
        }

        return row[b.Length];
    }
}

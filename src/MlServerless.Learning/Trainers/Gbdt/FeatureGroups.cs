namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>The features that a tree may use, by the groups in which their cells lie.</summary>
internal sealed class FeatureGroups
{
    private readonly int[] start;

    /// <param name="features">Ascending.</param>
    public FeatureGroups(BinnedRows data, int[] features)
    {
        Features = features;
        List<int> groups = [];
        List<int> starts = [];
        for (int i = 0; i < features.Length; i++)
        {
            int group = data.GroupOf(features[i]);
            if (groups.Count > 0 && groups[^1] == group)
                continue;
            groups.Add(group);
            starts.Add(i);
        }
        Groups = [.. groups];
        start = [.. starts, features.Length];
    }

    /// <summary>The features, ascending.</summary>
    public int[] Features { get; }

    /// <summary>The groups that hold at least one of them, ascending.</summary>
    public int[] Groups { get; }

    /// <summary>The features in the group at that position.</summary>
    public ReadOnlySpan<int> Of(int index) => Features.AsSpan(start[index], start[index + 1] - start[index]);
}

namespace MlServerless.Data;

/// <summary>Where columns stand in the file that is being read.</summary>
internal sealed class ColumnMap(IReadOnlyList<string> columns)
{
    private DataFormat? current;

    /// <summary>By column: its position in the file, or -1 where the file lacks it.</summary>
    internal int[] Positions { get; private set; } = [];

    internal void Turn(DataFormat file)
    {
        if (ReferenceEquals(file, current))
            return;
        current = file;
        Turn(file.Columns);
    }

    /// <param name="file">The columns of the file in its order.</param>
    internal void Turn(IReadOnlyList<string> file)
    {
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < file.Count; i++)
            byName.TryAdd(file[i], i);
        Positions = [.. columns.Select(name => byName.GetValueOrDefault(name, -1))];
    }
}

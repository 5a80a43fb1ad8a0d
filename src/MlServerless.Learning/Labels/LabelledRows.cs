namespace MlServerless.Learning.Labels;

/// <summary>The rows of a table that have a label.</summary>
/// <param name="Rows">Their positions in the table.</param>
/// <param name="Targets">Class index or value of each.</param>
/// <param name="LeftOut">Rows without one.</param>
internal sealed record LabelledRows(int[] Rows, double[] Targets, int LeftOut)
{
    public static readonly LabelledRows None = new([], [], 0);

    /// <param name="targets">NaN where there is no label.</param>
    public static LabelledRows Of(double[] targets)
    {
        int count = targets.Count(target => !double.IsNaN(target));
        int[] rows = new int[count];
        double[] kept = new double[count];
        int next = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            if (double.IsNaN(targets[row]))
                continue;
            rows[next] = row;
            kept[next++] = targets[row];
        }
        return new LabelledRows(rows, kept, targets.Length - count);
    }
}

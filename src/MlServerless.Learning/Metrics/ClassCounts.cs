namespace MlServerless.Learning.Metrics;

/// <summary>Rows per class: those that are of it, those predicted to be, and those of which both is true.</summary>
internal sealed record ClassCounts(long[] Actual, long[] Predicted, long[] Right)
{
    public static ClassCounts Of(Predictions predictions, ReadOnlySpan<int> rows)
    {
        int classes = Math.Max(2, predictions.Outputs);
        var counts = new ClassCounts(new long[classes], new long[classes], new long[classes]);
        foreach (int row in rows)
        {
            int actual = predictions.Class(row);
            int predicted = predictions.Predicted(row);
            counts.Actual[actual]++;
            counts.Predicted[predicted]++;
            counts.Right[actual] += actual == predicted ? 1 : 0;
        }

        return counts;
    }
}

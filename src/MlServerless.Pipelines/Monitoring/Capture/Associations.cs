using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>
/// Counts how the features of a model go with its predictions. Values are measured in steps of a thousandth of their standard deviation in the training
/// data, so that sums are integers and do not depend on the order of the rows.
/// </summary>
internal sealed class Associations
{
    private const double Steps = 1000;
    private const int Groups = 20;
    private const double Farthest = 20 * Steps;

    private readonly Field[] fields;
    private readonly double predictionScale;
    private readonly double predictionMean;

    public Associations(ModelArtifact artifact)
    {
        fields = [.. artifact.Signature.Inputs.Select(input => new Field(input, artifact.Reference.Find(input.Name)))];
        bool isProbability = artifact.Task != LearningTask.Regression;
        (predictionMean, predictionScale) = isProbability ? (0, 1e-4) : artifact.Predictions is { } predictions ? Scale(predictions.Columns[0]) : (0, 1);
    }

    /// <param name="score">The probability of the positive class (binary) or of the most probable one, or the value.</param>
    public void Add(RowBatch batch, int row, double score)
    {
        long y = Quantize(score, predictionMean, predictionScale);
        for (int i = 0; i < fields.Length; i++)
            fields[i].Add(batch, batch[row, i], y);
    }

    public AssociationCounts[] Counts() => [.. fields.Select(field => field.Counts())];

    public void AddFrom(Associations other)
    {
        for (int i = 0; i < fields.Length; i++)
            fields[i].AddFrom(other.fields[i]);
    }

    private static long Quantize(double value, double mean, double scale) => (long)Math.Round(Math.Clamp((value - mean) / scale, -Farthest, Farthest));

    private static (double Mean, double Scale) Scale(ColumnSketch column)
    {
        IReadOnlyList<(double Value, long Count)> values = SketchFigures.Numbers(column);
        double count = Math.Max(1, values.Sum(value => value.Count));
        double mean = 0;
        foreach ((double value, long rows) in values)
            mean += value * (rows / count);
        double variance = 0;
        foreach ((double value, long rows) in values)
            variance += (value - mean) * (value - mean) * (rows / count);
        double scale = Math.Sqrt(variance) / Steps;
        return double.IsFinite(mean) && double.IsFinite(scale) && scale > 0 ? (mean, scale) : (0, 1);
    }

    private sealed class Field
    {
        private readonly double mean;
        private readonly double scale = 1;
        private readonly Utf8NameTable? groups;
        private readonly long[] groupCounts = [];
        private readonly long[] groupSums = [];
        private readonly bool isIgnored;
        private long count;
        private long x;
        private long xx;
        private long xy;
        private long y;
        private long yy;

        public Field(SignatureField input, ColumnSketch? reference)
        {
            isIgnored = reference is null || input.Type == ColumnType.Text;
            if (isIgnored)
                return;
            if (input.Type != ColumnType.Category)
            {
                (mean, scale) = Scale(reference!);
                return;
            }

            string[] names = [.. SketchFigures.MostFrequent(reference!, Groups)];
            groups = new Utf8NameTable(names);
            groupCounts = new long[names.Length + 1];
            groupSums = new long[names.Length + 1];
        }

        public void Add(RowBatch batch, RowBatch.Cell cell, long prediction)
        {
            if (isIgnored || cell.Kind is not (RowBatch.CellKind.Number or RowBatch.CellKind.Text))
                return;
            count++;
            y += prediction;
            yy += prediction * prediction;
            if (groups is not null)
            {
                int group = groups.Find(batch.Text(cell), 0);
                group = group < 0 ? groupCounts.Length - 1 : group;
                groupCounts[group]++;
                groupSums[group] += prediction;
                return;
            }

            long value = Quantize(cell.Value, mean, scale);
            x += value;
            xx += value * value;
            xy += value * prediction;
        }

        public AssociationCounts Counts() => new(count, x, xx, xy, y, yy, [.. groupCounts], [.. groupSums]);

        public void AddFrom(Field other)
        {
            count += other.count;
            x += other.x;
            xx += other.xx;
            xy += other.xy;
            y += other.y;
            yy += other.yy;
            for (int i = 0; i < groupCounts.Length; i++)
            {
                groupCounts[i] += other.groupCounts[i];
                groupSums[i] += other.groupSums[i];
            }
        }
    }
}

using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>The sketch of one model version and window while this process adds to it.</summary>
internal sealed class LiveSketch
{
    private readonly Lock gate = new();
    private readonly IReadOnlyList<string> classLabels;
    private readonly bool byLabel;
    private readonly TableSketch features;
    private readonly TableSketch predictions;
    private readonly ColumnSketch[] columns;
    private readonly ColumnSketch prediction;
    private long rows;
    private long storedRows;
    private long sequence;
    private bool storedClosed;

    public LiveSketch(ServedModel model)
    {
        byLabel = model.Artifact.Task == LearningTask.Multiclass;
        classLabels = model.Artifact.ClassLabels;
        features = TableSketch.For(model.Artifact.Signature.Inputs.Select(input => (input.Name, input.Type)));
        predictions = TableSketch.For([(PredictionSketch.PredictionColumn, byLabel ? ColumnType.Category : ColumnType.Number)]);
        columns = [.. model.Artifact.Signature.Inputs.Select(input => features[input.Name])];
        prediction = predictions[PredictionSketch.PredictionColumn];
    }

    public void Add(RowBatch batch, double[] scores, int outputs)
    {
        lock (gate)
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                for (int input = 0; input < columns.Length; input++)
                    AddCell(columns[input], batch, batch[row, input]);
                ReadOnlySpan<double> outcome = scores.AsSpan(row * outputs, outputs);
                if (byLabel)
                    prediction.AddCategory(classLabels[IndexOfMax(outcome)]);
                else
                    prediction.AddNumber(outcome[0]);
            }

            rows += batch.RowCount;
        }
    }

    /// <summary>A copy to be stored, or null when the stored one says it all.</summary>
    /// <param name="close">Whether nothing more will be added.</param>
    public PredictionSketch? Snapshot(string process, bool close)
    {
        lock (gate)
        {
            if (rows == storedRows && storedClosed == close)
                return null;
            return new PredictionSketch(process, ++sequence, close, rows, features.Clone(), predictions.Clone());
        }
    }

    /// <summary>Called when a snapshot has reached the store.</summary>
    public void Stored(PredictionSketch snapshot)
    {
        lock (gate)
        {
            storedRows = Math.Max(storedRows, snapshot.Rows);
            storedClosed = snapshot.Closed;
        }
    }

    private static void AddCell(ColumnSketch column, RowBatch batch, RowBatch.Cell cell)
    {
        switch (cell.Kind)
        {
            case RowBatch.CellKind.Number: column.AddNumber(cell.Value); break;
            case RowBatch.CellKind.Text: column.AddCategory(batch.Text(cell)); break;
            default: column.AddMissing(); break;
        }
    }

    private static int IndexOfMax(ReadOnlySpan<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}

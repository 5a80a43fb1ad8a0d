using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>A share of a live sketch, used by one request at a time.</summary>
internal sealed class SketchStripe
{
    private readonly bool byLabel;
    private readonly byte[][] classLabels;
    private readonly ColumnSketch[] columns;
    private readonly ColumnSketch prediction;

    public SketchStripe(ServedModel model)
    {
        byLabel = model.Artifact.Task == LearningTask.Multiclass;
        classLabels = [.. model.Artifact.ClassLabels.Select(System.Text.Encoding.UTF8.GetBytes)];
        Features = TableSketch.For(model.Artifact.Signature.Inputs.Select(input => (input.Name, input.Type)));
        Predictions = TableSketch.For([(PredictionSketch.PredictionColumn, byLabel ? ColumnType.Category : ColumnType.Number)]);
        Associations = new Associations(model.Artifact);
        columns = [.. Features.Columns];
        prediction = Predictions.Columns[0];
    }

    public Lock Gate { get; } = new();

    public TableSketch Features { get; }

    public TableSketch Predictions { get; }

    public Associations Associations { get; }

    public long Rows { get; private set; }

    public void Add(PredictionOutcome outcome)
    {
        RowBatch batch = outcome.Rows;
        for (int input = 0; input < columns.Length; input++)
        {
            ColumnSketch column = columns[input];
            for (int row = 0; row < batch.RowCount; row++)
                AddCell(column, batch, batch[row, input]);
        }

        for (int row = 0; row < batch.RowCount; row++)
        {
            double score = outcome.Score(row);
            Associations.Add(batch, row, score);
            if (byLabel)
                prediction.AddCategory(classLabels[outcome.Class(row)]);
            else
                prediction.AddNumber(score);
        }

        Rows += batch.RowCount;
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
}

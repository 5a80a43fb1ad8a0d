using System.Buffers;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning;

/// <summary>
/// A model made ready to predict. Immutable and safe for several threads at once; each thread has its own <see cref="FeatureRow"/>.
/// Rows and tables go through the same code and get the same bits.
/// </summary>
public sealed class Scorer
{
    private const int BlockRows = 256;
    private readonly LearningTask task;
    private readonly Preprocessor preprocessor;
    private readonly IPredictor predictor;

    internal Scorer(LearningTask task, int classes, ModelSignature signature, Preprocessor preprocessor, IPredictor predictor)
    {
        this.task = task;
        this.preprocessor = preprocessor;
        this.predictor = predictor;
        Signature = signature;
        OutputCount = task == LearningTask.Multiclass ? classes : 1;
    }

    public ModelSignature Signature { get; }

    /// <summary>Numbers per row: 1 for binary (probability of the positive class) and regression, one probability per class for multiclass.</summary>
    public int OutputCount { get; }

    public static Scorer Compile(ModelArtifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArtifactContent content = artifact.Content;
        return new Scorer(content.Task, content.ClassLabels.Count, content.Signature, content.Preprocessor, artifact.Predictor);
    }

    public FeatureRow CreateRow() => new(preprocessor);

    /// <summary>Scores one row; allocates nothing.</summary>
    /// <param name="outputs">At least <see cref="OutputCount"/> numbers.</param>
    /// <exception cref="ArgumentException">The row is of another model, or there is too little room.</exception>
    public void Score(FeatureRow row, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!row.BelongsTo(preprocessor))
            throw new ArgumentException("The row was made by another scorer; each has its own.", nameof(row));
        if (outputs.Length < OutputCount)
            throw new ArgumentException($"{OutputCount} outputs need more room than {outputs.Length}.", nameof(outputs));
        Score(row.Slots, 1, 1, outputs[..OutputCount]);
    }

    /// <summary>Scores all rows of a table. A column that it lacks counts as missing.</summary>
    /// <param name="threads">Threads at most; 0 for one per processor.</param>
    /// <returns>Output k of row i at i × <see cref="OutputCount"/> + k.</returns>
    /// <exception cref="ArgumentException">A column holds another kind of values than the model takes.</exception>
    public double[] Score(Table table, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Score(preprocessor.Bind(table, null), new WorkTeam(threads > 0 ? threads : Environment.ProcessorCount));
    }

    internal double[] Score(EncodedRows rows, WorkTeam team)
    {
        double[] outputs = new double[(long)rows.Count * OutputCount];
        team.RunBlocks(rows.Count, BlockRows, (_, from, to) =>
        {
            int count = to - from;
            double[] slots = ArrayPool<double>.Shared.Rent(Math.Max(1, preprocessor.Slots.Count * count));
            rows.Read(from, count, slots, count);
            Score(slots, count, count, outputs.AsSpan(from * OutputCount, count * OutputCount));
            ArrayPool<double>.Shared.Return(slots);
        });
        return outputs;
    }

    private void Score(ReadOnlySpan<double> slots, int stride, int rows, Span<double> outputs)
    {
        predictor.ScoreRaw(slots, stride, rows, outputs);
        if (task == LearningTask.Binary)
            for (int i = 0; i < rows; i++)
                outputs[i] = DeterministicMath.Sigmoid(outputs[i]);
        else if (task == LearningTask.Multiclass)
            for (int i = 0; i < rows; i++)
                Softmax.InPlace(outputs.Slice(i * OutputCount, OutputCount));
    }
}

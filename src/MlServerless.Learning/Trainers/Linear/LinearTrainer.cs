using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Parameters;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Logistic, softmax and least-squares regression with L2 and L1 penalties on standardised numbers and one-hot categories.</summary>
internal sealed class LinearTrainer : ITrainer
{
    private const int CheckpointEvery = 25;
    private const long Overhead = 32L << 20;

    public string Name => "linear";

    public int AlgorithmVersion => 2;

    public int MaxVocabulary => 1000;

    public int MaxTextDimensions => TextOptions.MaxDimensions;

    public IReadOnlyList<ParameterDefinition> Parameters => LinearOptions.Definitions;

    public long EstimateBytes(long rows, int slots, int sparseSlots, int classes, ParameterSet parameters)
    {
        int outputs = classes > 2 ? classes : 1;
        // A standardised number or a picked coefficient per cell, and a missing indicator; the target.
        long perRow = slots * (sizeof(double) + sizeof(int)) + sizeof(double);
        // The solver's history and the partial gradients of all chunks, for vocabularies of middling size.
        long weights = outputs * (slots * 100L + sparseSlots);
        // N-grams of a text of middling length, and the pieces in which blocks are read.
        if (sparseSlots > 0)
            perRow += 64 * (sizeof(double) + sizeof(int));
        return rows * perRow + weights * sizeof(double) * (LinearObjective.MaxChunks + 2 * Lbfgs.Memory + 8) + Overhead;
    }

    public async Task<IModelBody> TrainAsync(TrainingSet set, ParameterSet parameters, TrainerContext context, CancellationToken cancellationToken)
    {
        var options = new LinearOptions(parameters);
        bool regression = set.Task == LearningTask.Regression;
        TargetScale scale = regression ? TargetScale.Of(set.Targets) : new TargetScale(0, 1);
        double[] targets = regression ? scale.Apply(set.Targets) : set.Targets;
        ILinearLoss loss = set.Task switch
        {
            LearningTask.Binary => new LogisticMarginLoss(),
            LearningTask.Multiclass => new SoftmaxMarginLoss(set.Classes),
            _ => new SquaredMarginLoss(),
        };
        LinearTerm[] terms = LinearTerms.Fit(set.Train, context.Team);
        LinearDesign design = LinearDesign.Build(set.Train, terms, context.Team);
        var objective = new LinearObjective(design, targets, loss, options.L2, context.Team);
        var solver = new Lbfgs(objective, options.L1 / scale.Unit, options.Tolerance);

        ContentHash fingerprint = default;
        LbfgsState? state = null;
        if (context.Checkpoint is not null)
        {
            fingerprint = Fingerprint(set, parameters, context.Seed, terms, design);
            byte[]? saved = await context.Checkpoint.LoadAsync(cancellationToken).ConfigureAwait(false);
            state = saved is null ? null : LbfgsState.Deserialize(saved, fingerprint, objective.Size);
        }
        state ??= solver.Start();
        while (state.Iteration < options.MaxIterations && solver.Advance(state))
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Progress?.Invoke((double)state.Iteration / options.MaxIterations);
            if (context.Checkpoint is not null && state.Iteration % CheckpointEvery == 0)
                await context.Checkpoint.SaveAsync(state.Serialize(fingerprint), cancellationToken).ConfigureAwait(false);
        }
        return LinearBody.Create(terms, state.Weights, loss.Outputs, scale, design.Averages());
    }

    public IModelBody Read(ref Utf8JsonReader reader) => LinearBody.Read(ref reader);

    private ContentHash Fingerprint(TrainingSet set, ParameterSet parameters, ulong seed, LinearTerm[] terms, LinearDesign design)
    {
        var hasher = new InputHasher();
        hasher.Add(Name, AlgorithmVersion, parameters, seed, set);
        foreach (LinearTerm term in terms)
            hasher.Add([term.Slot, (double)term.Kind, term.Mean, term.Scale, term.First, term.Columns]);
        foreach (double[] block in design.Dense)
            hasher.Add(block);
        foreach (int[] block in design.Codes)
            hasher.Add(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(block));
        foreach (SparseRows block in design.Sparse)
        {
            hasher.Add(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(block.Starts));
            hasher.Add(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(block.Slots));
            hasher.Add(block.Values);
        }
        return hasher.Hash();
    }
}

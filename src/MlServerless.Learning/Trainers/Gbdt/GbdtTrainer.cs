using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>
/// Gradient-boosted trees on histograms, grown leaf by leaf (Ke et al., "LightGBM", 2017), with exact integer sums of
/// fixed-point gradients in place of floating-point ones.
/// </summary>
internal sealed class GbdtTrainer : ITrainer
{
    private const long Overhead = 32L << 20;

    public string Name => "gbdt";

    public int AlgorithmVersion => 3;

    public int MaxVocabulary => FeatureBins.MaxBins - Preprocessing.Buckets.First;

    /// <summary>Every n-gram is a column of bytes, and of histograms, like any other slot.</summary>
    public int MaxTextDimensions => 128;

    public IReadOnlyList<ParameterDefinition> Parameters => GbdtOptions.Definitions;

    public long EstimateBytes(long rows, int slots, int sparseSlots, int classes, ParameterSet parameters)
    {
        slots += sparseSlots;
        int outputs = classes > 2 ? classes : 1;
        // Cells in both arrangements; scores, predictions, targets and weights; gradients and those gathered; row lists.
        long perRow = BinnedRows.BytesFor(1, slots) + (2 * outputs + 6) * sizeof(double) + 4 * sizeof(int);
        long histograms = (parameters.Integer("maxLeaves") + 8L) * slots * HistogramKernel.FeatureLongs * sizeof(long);
        long sample = Math.Min(rows, Binner.SampleRows) * slots * sizeof(double);
        long trees = (long)parameters.Integer("rounds") * outputs * parameters.Integer("maxLeaves") * 400;
        return rows * perRow + histograms + sample + trees + Overhead;
    }

    public IReadOnlyList<SpecError> Check(TrainingSet set, ParameterSet parameters) => GbdtChecks.Check(set, parameters);

    public async Task<IModelBody> TrainAsync(TrainingSet set, ParameterSet parameters, TrainerContext context, CancellationToken cancellationToken)
    {
        var options = new GbdtOptions(parameters);
        WorkTeam team = context.Team;
        using BinnedCells? own = set.Cells is null ? BinnedCells.Of(set, options.MaxBins, team) : null;
        BinnedRows train = (own ?? set.Cells!).Train;
        BinnedRows validation = (own ?? set.Cells!).Validation;
        FeatureBins[] features = train.Features;
        if (Binner.Usable(train).Length == 0)
            throw new TrainingException(FindingCodes.NoUsableFeatures,
                "No feature has two different values in the training rows, so nothing can be learned from them. Add columns that vary.");

        bool regression = set.Task == LearningTask.Regression;
        TargetScale scale = regression ? TargetScale.Of(set.Targets) : new TargetScale(0, 1);
        BoostingWeights weights = BoostingWeights.Of(set, parameters.Find(GbdtChecks.ClassWeights));
        var targets = new WeightedTargets(regression ? scale.Apply(set.Targets) : set.Targets, weights.Train);
        var validationTargets = new WeightedTargets(regression ? scale.Apply(set.ValidationTargets) : set.ValidationTargets, weights.Validation);
        IBoostingLoss loss = set.Task switch
        {
            LearningTask.Binary => new LogisticLoss(),
            LearningTask.Multiclass => new SoftmaxLoss(set.Classes),
            _ => new SquaredLoss(),
        };
        int[]? directions = GbdtChecks.Directions(set.Preprocessor, parameters);
        var run = new BoostingRun(
            train, targets, validation, validationTargets, loss, options, options.Rules(scale.Unit, weights.Unit),
            directions is null ? null : Array.ConvertAll(features, feature => directions[feature.Slot]), context.Seed, team);
        GbdtCheckpoint? checkpoint = context.Checkpoint is null ? null
            : new GbdtCheckpoint(context.Checkpoint, Fingerprint(set, parameters, context.Seed, train, validation), set.Preprocessor.Slots);
        if (checkpoint is not null && await checkpoint.LoadAsync(cancellationToken).ConfigureAwait(false) is { } saved)
            run.Restore(saved);
        while (run.Round < options.Rounds && !run.Ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            run.Advance();
            context.Progress?.Invoke((double)run.Round / options.Rounds);
            if (checkpoint is not null && run.Round % options.CheckpointEvery == 0 && run.Round < options.Rounds)
                await checkpoint.SaveAsync(run.Trees, cancellationToken).ConfigureAwait(false);
        }
        Tree[] trees = [.. run.Trees.Take(run.BestRound * loss.Outputs).Select(tree => tree.Scale(scale.Unit))];
        double[] baseScores = regression ? [scale.Center + run.BaseScores[0] * scale.Unit + 0.0] : run.BaseScores;
        return new GbdtBody(baseScores, trees);
    }

    public IModelBody Read(ref Utf8JsonReader reader) => GbdtBody.Read(ref reader);

    private ContentHash Fingerprint(TrainingSet set, ParameterSet parameters, ulong seed, BinnedRows train, BinnedRows validation)
    {
        var hasher = new InputHasher();
        hasher.Add(Name, AlgorithmVersion, parameters, seed, set);
        foreach (FeatureBins feature in train.Features)
            hasher.Add(feature.Edges);
        foreach (BinnedRows rows in (BinnedRows[])[train, validation])
            for (int feature = 0; feature < rows.Features.Length; feature++)
                hasher.Add(rows.Column(feature, 0, rows.RowCount));
        return hasher.Hash();
    }
}

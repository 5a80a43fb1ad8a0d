using System.Runtime.CompilerServices;
using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>The state of a boosting in progress: trees and scores. Everything else follows from them, so the trees are all that a checkpoint holds.</summary>
internal sealed unsafe class BoostingRun
{
    private const int BlockRows = 8192;
    private const int ChunkRows = 512;
    private readonly BinnedRows train;
    private readonly BinnedRows validation;
    private readonly WeightedTargets targets;
    private readonly WeightedTargets validationTargets;
    private readonly IBoostingLoss loss;
    private readonly GbdtOptions options;
    private readonly WorkTeam team;
    private readonly GradientFormat format;
    private readonly TreeGrower grower;
    private readonly RowSampler sampler;
    private readonly AlignedLongs gradients;
    private readonly double[] scores;
    private readonly double[] predictions;
    private readonly double[] validationScores;
    private readonly int[] usable;
    private readonly int[] featureOfSlot;
    private readonly List<Tree> trees = [];
    private double bestLoss = double.PositiveInfinity;

    /// <param name="rules">The rules for splits, in the units of the targets and weights.</param>
    /// <param name="directions">Constraints by feature as <see cref="SplitFinder"/> takes them.</param>
    public BoostingRun(
        BinnedRows train, WeightedTargets targets, BinnedRows validation, WeightedTargets validationTargets,
        IBoostingLoss loss, GbdtOptions options, SplitRules rules, int[]? directions, ulong seed, WorkTeam team)
    {
        this.train = train;
        this.targets = targets;
        this.validation = validation;
        this.validationTargets = validationTargets;
        this.loss = loss;
        this.options = options;
        this.team = team;
        int rows = train.RowCount;
        format = new GradientFormat(rows, loss.MaxHessianExponent, loss.HessianIsOne && targets.Weights is null);
        sampler = new RowSampler(seed, rows, options.RowFraction, options.ColumnFraction);
        grower = new TreeGrower(train, options.Limits, rules, format, directions, sampler.SamplesRows, team);
        gradients = new AlignedLongs(rows);
        usable = Binner.Usable(train);
        featureOfSlot = Binner.FeatureOfSlot(train.Features);
        BaseScores = loss.BaseScores(targets.Values, targets.Weights);
        scores = Start(rows);
        predictions = new double[scores.Length];
        validationScores = Start(validation.RowCount);
    }

    public double[] BaseScores { get; }

    /// <summary>Trees so far, output after output within a round.</summary>
    public IReadOnlyList<Tree> Trees => trees;

    public int Round => trees.Count / loss.Outputs;

    /// <summary>Rounds of the model: up to the best validation loss where that is watched.</summary>
    public int BestRound { get; private set; }

    /// <summary>Whether another round would change nothing or is not worth it.</summary>
    public bool Ended { get; private set; }

    /// <summary>Puts back the trees of a checkpoint; scores and early stopping come out as they were.</summary>
    public void Restore(IReadOnlyList<Tree> saved)
    {
        for (int first = 0; first + loss.Outputs <= saved.Count && !Ended; first += loss.Outputs)
        {
            for (int k = 0; k < loss.Outputs; k++)
            {
                trees.Add(saved[first + k]);
                AddTree(saved[first + k], k, train, scores);
            }
            EndRound();
        }
    }

    /// <summary>Grows the trees of one more round.</summary>
    public void Advance()
    {
        int rows = train.RowCount;
        int[] sampled = sampler.Rows(Round);
        int round = Round;
        for (int k = 0; k < loss.Outputs; k++)
        {
            int output = k;
            team.RunBlocks(rows, BlockRows, (_, from, to) =>
            {
                if (output == 0)
                    loss.Predict(scores, rows, from, to, predictions);
                WriteGradients(output, from, to);
            });
            int[] features = sampler.Features(round * loss.Outputs + k, usable);
            Tree tree = grower.Grow(gradients, sampled, features, options.LearningRate);
            trees.Add(tree);
            if (sampler.SamplesRows)
                AddTree(tree, k, train, scores);
            else
                team.Run(grower.Leaves.Count, leaf => AddLeaf(grower.Leaves[leaf], output));
        }
        EndRound();
    }

    private void EndRound()
    {
        bool split = false;
        for (int k = 0; k < loss.Outputs; k++)
        {
            Tree tree = trees[^(loss.Outputs - k)];
            split |= tree.NodeCount > 0;
            AddTree(tree, k, validation, validationScores);
        }
        // Without sampling the next round would find no split either.
        Ended = !split && !sampler.Samples;
        if (options.Patience == 0 || validation.RowCount == 0)
        {
            BestRound = Round;
            return;
        }
        double current = ValidationLoss();
        if (current < bestLoss)
            (bestLoss, BestRound) = (current, Round);
        Ended |= Round - BestRound >= options.Patience;
    }

    private double ValidationLoss()
    {
        double[] sums = new double[WorkTeam.BlockCount(validation.RowCount, BlockRows)];
        team.RunBlocks(validation.RowCount, BlockRows, (block, from, to) =>
        {
            double sum = 0;
            for (int i = from; i < to; i++)
                sum += validationTargets.WeightOf(i) * loss.Of(validationScores, validationTargets.Values[i], validation.RowCount, i);
            sums[block] = sum;
        });
        double total = 0;
        foreach (double sum in sums)
            total += sum;
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteGradients(int output, int from, int to)
    {
        ReadOnlySpan<double> own = predictions.AsSpan(output * train.RowCount, train.RowCount);
        Span<double> first = stackalloc double[ChunkRows];
        Span<double> second = stackalloc double[ChunkRows];
        for (int start = from; start < to; start += ChunkRows)
        {
            int count = Math.Min(ChunkRows, to - start);
            loss.Derivatives(own.Slice(start, count), targets.Values.AsSpan(start, count), output, first[..count], second[..count]);
            if (targets.Weights is { } weights)
            {
                for (int i = 0; i < count; i++)
                {
                    first[i] *= weights[start + i];
                    second[i] *= weights[start + i];
                }
            }
            format.Pack(first[..count], second[..count], gradients.Span(start, count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLeaf(GrowingLeaf leaf, int output)
    {
        Span<double> own = scores.AsSpan(output * train.RowCount, train.RowCount);
        foreach (int row in grower.RowsOf(leaf))
            own[row] += leaf.Value;
    }

    private void AddTree(Tree tree, int output, BinnedRows rows, double[] target)
    {
        if (rows.RowCount == 0)
            return;
        var binned = new BinnedTree(tree, rows, featureOfSlot);
        team.RunBlocks(rows.RowCount, BlockRows, (_, from, to) =>
            binned.AddTo(target.AsSpan(output * rows.RowCount, rows.RowCount), from, to));
    }

    private double[] Start(int rows)
    {
        double[] start = new double[loss.Outputs * rows];
        for (int k = 0; k < loss.Outputs; k++)
            start.AsSpan(k * rows, rows).Fill(BaseScores[k]);
        return start;
    }
}

using System.Globalization;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>Scores the models of two runs on one hold-out: that of the second run, or of the first where the second's lacks what the first's model asks for. One comparison runs at a time, because each holds a table.</summary>
public sealed class HoldOutComparer(IPipelineStorage storage, PreparedDataReader prepared, PipelineOptions options) : IDisposable
{
    private const int BytesOfCell = 24;

    private readonly SemaphoreSlim turn = new(1);

    public void Dispose() => turn.Dispose();

    /// <summary>What cannot be compared is no error: <see cref="CommonHoldOut.Problem"/> says why.</summary>
    public async Task<HoldOutComparison> CompareAsync(RunRecord a, PipelineSpec before, RunRecord b, PipelineSpec after, CancellationToken cancellationToken)
    {
        RunRecord[] without = [.. ((RunRecord[])[a, b]).Where(run => RunSide.Of(run).ModelHash is null || run.PreparedHash is null)];
        if (without.Length > 0)
            return HoldOutComparison.None($"Run {without[0].Id} ended without a model.");
        if (before.Split != after.Split || !before.Key.SequenceEqual(after.Key, StringComparer.Ordinal))
            return HoldOutComparison.None("The runs part their rows by another key or split: a model may have been fitted to rows of the other's hold-out.");
        await turn.WaitAsync(cancellationToken);
        try
        {
            ModelArtifact old = await ReadModelAsync(a, cancellationToken), made = await ReadModelAsync(b, cancellationToken);
            (CommonHoldOut? holdOut, Table? rows, string problem) = await ChooseAsync(a, b, old, made, after, cancellationToken);
            NamedChange[] algorithms = old.Trainer == made.Trainer
                ? [new NamedChange($"trainer {old.Trainer}", Text(old.AlgorithmVersion), Text(made.AlgorithmVersion))]
                : [];
            return holdOut is null
                ? HoldOutComparison.None(problem) with { Algorithms = algorithms }
                : await Task.Run(() => Compare(holdOut, rows!, old, made, after, algorithms), cancellationToken);
        }
        catch (ContentMissingException missing)
        {
            return HoldOutComparison.None($"A model or its rows are no longer kept ({missing.Hash}).");
        }
        catch (Exception exception) when (exception is ArgumentException or TrainingException)
        {
            // A column or the label is of another type in one of the data versions.
            return HoldOutComparison.None(exception.Message);
        }
        finally
        {
            turn.Release();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<ModelArtifact> ReadModelAsync(RunRecord run, CancellationToken cancellationToken) =>
        ModelArtifact.Parse(await storage.Content.ReadAsync(RunSide.Of(run).ModelHash!.Value, cancellationToken));

    private async Task<(CommonHoldOut? HoldOut, Table? Rows, string Problem)> ChooseAsync(
        RunRecord a, RunRecord b, ModelArtifact old, ModelArtifact made, PipelineSpec spec, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (RunRecord run in (RunRecord[])[b, a])
        {
            PreparedData data = await prepared.ReadAsync(run, cancellationToken);
            MemoryBudget.Require(
                options.MemoryBudget, data.HoldOut.Rows * (data.Features.Count + 4 + (4L * data.Classes)) * BytesOfCell, data.HoldOut.Rows, data.Features.Count, "compare the runs");
            Table table = await prepared.ReadTableAsync(data.HoldOut, cancellationToken);
            string[] lacking = [.. old.Signature.Inputs.Concat(made.Signature.Inputs).Select(input => input.Name).Append(spec.Label).Where(name => table.Find(name) is null).Distinct(StringComparer.Ordinal)];
            if (lacking.Length == 0)
                return (new CommonHoldOut(run.Id, data.HoldOut.Hash, table.RowCount, spec.Evaluation.Confidence, old.Task == LearningTask.Binary ? spec.Evaluation.Threshold : null, null), table, "");
            problems.Add($"The hold-out of run {run.Id} lacks column(s) {string.Join(", ", lacking)}.");
        }

        return (null, null, string.Join(' ', problems));
    }

    private HoldOutComparison Compare(CommonHoldOut holdOut, Table rows, ModelArtifact old, ModelArtifact made, PipelineSpec spec, IReadOnlyList<NamedChange> algorithms)
    {
        double[] then = Scorer.Compile(old).Score(rows, options.Threads), now = Scorer.Compile(made).Score(rows, options.Threads);
        if (AlignedScores.Of(rows, made, now, old, then) is not { } aligned)
            return HoldOutComparison.None($"The models tell other classes apart: {string.Join(", ", old.ClassLabels)} and {string.Join(", ", made.ClassLabels)}.") with { Algorithms = algorithms };
        double threshold = spec.Evaluation.Threshold, confidence = spec.Evaluation.Confidence;
        IReadOnlyDictionary<string, MetricEstimate> Measure(double[] scores) =>
            ModelEvaluator.Measure(aligned.Task, aligned.Targets, scores, aligned.Outputs, threshold, confidence, spec.Problem?.Costs);
        IReadOnlyDictionary<string, MetricEstimate> a = Measure(aligned.Second), b = Measure(aligned.First);
        IReadOnlyDictionary<string, PairedComparison> paired = PairedTest.CompareAll(aligned.Task, aligned.Targets, aligned.First, aligned.Second, aligned.Outputs, threshold, confidence);
        MetricDifference[] metrics =
        [
            .. a.Keys.Union(b.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            {
                PairedComparison? test = paired.GetValueOrDefault(name);
                return new MetricDifference(
                    name, Evaluation.HigherIsBetter(name) ? "higher" : "lower", a.GetValueOrDefault(name), b.GetValueOrDefault(name),
                    test?.Gain, test?.Low, test?.High, test?.PValue, test?.Verdict, test?.Method);
            }),
        ];
        string[] labels = aligned.Task == LearningTask.Binary ? [.. made.ClassLabels] : [.. made.ClassLabels.Union(old.ClassLabels, StringComparer.Ordinal)];
        return new HoldOutComparison(holdOut, metrics, new PredictionChanges(aligned, labels, threshold, rows, spec.Key).Compare(), algorithms);
    }
}

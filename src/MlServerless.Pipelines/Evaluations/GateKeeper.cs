using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Evaluations;

/// <summary>
/// Asks the gates about a run's candidate and the champion of the moment, on the run's hold-out. Nothing is changed but for the
/// evidence, which is stored; whoever promotes asks again when the champion has moved.
/// </summary>
public sealed class GateKeeper(IPipelineStorage storage, SpecCatalog specs, PreparedDataReader prepared, ModelRegistry registry, HoldOutEvaluator evaluator, PipelineOptions options)
{
    /// <param name="run">One that is evaluated and packaged.</param>
    /// <param name="spec">That of the run.</param>
    /// <param name="champion">Null when there is none.</param>
    public async Task<GateOutcome> CheckAsync(RunRecord run, PipelineSpec spec, ModelAlias? champion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(spec);
        HoldOutScores stored = await evaluator.ReadScoresAsync(run.HoldOut!.ScoresHash, cancellationToken);
        PreparedData data = await prepared.ReadAsync(run, cancellationToken);
        Table holdOut = await prepared.ReadTableAsync(data.HoldOut, cancellationToken);
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(stored.ModelHash, cancellationToken));
        EvaluationRequest request = await evaluator.RequestAsync(run, spec, artifact, holdOut, [.. stored.Scores], cancellationToken);
        ContentHash evaluationHash = run.HoldOut.EvaluationHash
            ?? await evaluator.StoreAsync(await Task.Run(() => ModelEvaluator.Evaluate(request, cancellationToken), cancellationToken), cancellationToken);
        (IReadOnlyList<RuleCount> counts, IReadOnlyDictionary<string, string> problems) =
            await Task.Run(() => HoldOutRules.Count(spec, artifact, holdOut, request.Scores, cancellationToken), cancellationToken);
        var candidate = new GateCandidate
        {
            Evaluation = await evaluator.ReadAsync(evaluationHash, cancellationToken),
            ModelBytes = artifact.Json.Length,
            LatencyMicroseconds = run.HoldOut.Latency?.P95Microseconds,
            RowRules = counts,
            RowRuleProblems = problems,
        };
        ChampionComparison? comparison = champion is null ? null : await CompareAsync(run, spec, champion, request, cancellationToken);
        GateDecision decision = Gates.Decide(spec, candidate, comparison);
        var evidence = new GateEvidence(stored.ModelHash, evaluationHash, data.HoldOut.Hash, run.SpecHash!.Value, champion?.Hash, comparison, decision.Gates);
        ContentHash hash = await storage.Content.PutAsync(CanonicalJson.Serialize(evidence, PipelineJson.Default.GateEvidence), cancellationToken);
        return new GateOutcome(decision, comparison, evaluationHash, hash);
    }

    private async Task<ChampionComparison> CompareAsync(RunRecord run, PipelineSpec spec, ModelAlias champion, EvaluationRequest request, CancellationToken cancellationToken)
    {
        ModelVersion version = (await registry.FindVersionAsync(run.Pipeline, champion.Version, cancellationToken))!;
        PipelineSpec then = await specs.ReadPinnedAsync(version.SpecHash, cancellationToken);
        if (then.Split != spec.Split || !then.Key.SequenceEqual(spec.Key, StringComparer.Ordinal))
            return new ChampionComparison(champion.Version, null, IsOtherLine: true);
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(champion.Hash, cancellationToken));
        string[] lacking = [.. artifact.Signature.Inputs.Select(input => input.Name).Where(name => request.HoldOut.Find(name) is null)];
        if (lacking.Length > 0)
            return new ChampionComparison(champion.Version, null, $"these data lack its column(s) {string.Join(", ", lacking)}");
        if (artifact.Signature.Label != spec.Label)
            return new ChampionComparison(champion.Version, null, $"it predicts '{artifact.Signature.Label}'");
        try
        {
            return await Task.Run(() => Compare(spec, champion.Version, request, artifact), cancellationToken);
        }
        catch (Exception exception) when (exception is ArgumentException or TrainingException)
        {
            // A column or the label is of another type now. The new model is sound, so that is a reason not to promote, no failure of its run.
            return new ChampionComparison(champion.Version, null, exception.Message);
        }
    }

    private ChampionComparison Compare(PipelineSpec spec, int version, EvaluationRequest request, ModelArtifact champion)
    {
        double[] theirs = Scorer.Compile(champion).Score(request.HoldOut, options.Threads);
        if (AlignedScores.Of(request.HoldOut, request.Artifact, request.Scores, champion, theirs) is not { } aligned)
            return new ChampionComparison(version, null, $"it tells other classes apart: {string.Join(", ", champion.ClassLabels.DefaultIfEmpty("none"))}");
        IReadOnlyDictionary<string, MetricEstimate> measured = ModelEvaluator.Measure(
            aligned.Task, aligned.Targets, aligned.Second, aligned.Outputs, request.Threshold, request.Confidence, request.Costs);
        return new ChampionComparison(version, new SortedDictionary<string, double>(measured.ToDictionary(metric => metric.Key, metric => metric.Value.Value), StringComparer.Ordinal))
        {
            Paired = PairedTest.CompareAll(aligned.Task, aligned.Targets, aligned.First, aligned.Second, aligned.Outputs, request.Threshold, request.Confidence),
            Slices = PairedTest.CompareSlices(aligned.Task, spec.Metric, request, aligned.Targets, aligned.First, aligned.Second, aligned.Outputs),
        };
    }
}

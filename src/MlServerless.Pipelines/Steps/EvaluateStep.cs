using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Chooses the best candidate by its validation metric and evaluates that one, and only that one, on the hold-out.</summary>
public sealed class EvaluateStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, PreparedDataReader prepared, HoldOutEvaluator evaluator, PipelineOptions options)
{
    /// <param name="trained">The candidates in the order of the spec.</param>
    public Task<bool> RunAsync(RunRef run, IReadOnlyList<CandidateRecord> trained, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "evaluate", null, step => EvaluateAsync(step, trained), cancellationToken);

    private async Task<bool> EvaluateAsync(StepContext step, IReadOnlyList<CandidateRecord> trained)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        IReadOnlyList<CandidateRecord> ranked = Leaderboard.Rank(trained, spec.Metric);
        CandidateRecord chosen = ranked.First(candidate => candidate.Rank == 1);
        StageKey key = StageKey.Of(
            "evaluate",
            null,
            ("spec", step.Record.SpecHash),
            ("prepared", step.Record.PreparedHash),
            ("profile", step.Record.ProfileHash),
            ("model", chosen.ModelHash));
        HoldOutRecord measured = await step.MemoizeAsync(
            key,
            PipelineJson.Default.HoldOutRecord,
            holdOut => new Dictionary<string, ContentHash>(StringComparer.Ordinal) { ["scores"] = holdOut.ScoresHash, ["evaluation"] = holdOut.EvaluationHash!.Value },
            () => EvaluateAsync(step, spec, chosen.ModelHash!.Value));
        await step.UpdateAsync(record => record with { Candidates = ranked, Chosen = chosen.Name, HoldOut = measured });
        return true;
    }

    private async Task<HoldOutRecord> EvaluateAsync(StepContext step, PipelineSpec spec, ContentHash modelHash)
    {
        PreparedData data = await prepared.ReadAsync(step.Record, step.CancellationToken);
        Table holdOut = await prepared.ReadTableAsync(data.HoldOut, step.CancellationToken);
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(modelHash, step.CancellationToken));
        Scorer scorer = Scorer.Compile(artifact);
        double[] scores = await Task.Run(() => scorer.Score(holdOut, options.Threads), step.CancellationToken);
        EvaluationRequest request = await evaluator.RequestAsync(step.Record, spec, artifact, holdOut, scores, step.CancellationToken);
        EvaluationReport report = await Task.Run(() => ModelEvaluator.Evaluate(request, step.CancellationToken), step.CancellationToken);
        var stored = new HoldOutScores(modelHash, data.HoldOut.Hash, scorer.OutputCount, holdOut.RowNumbers.ToArray(), scores);
        ContentHash scoresHash = await storage.Content.PutAsync(CanonicalJson.Serialize(stored, PipelineJson.Default.HoldOutScores), step.CancellationToken);
        ContentHash evaluationHash = await evaluator.StoreAsync(report, step.CancellationToken);
        var metrics = new SortedDictionary<string, double>(report.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Value), StringComparer.Ordinal);
        return new HoldOutRecord(holdOut.RowCount, scoresHash, metrics, null, null) { EvaluationHash = evaluationHash };
    }
}

using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Evaluations;

/// <summary>Evaluates models on the hold-out of a run, as its spec asks.</summary>
public sealed class HoldOutEvaluator(IPipelineStorage storage)
{
    /// <summary>What <see cref="ModelEvaluator"/> is asked.</summary>
    public async Task<EvaluationRequest> RequestAsync(
        RunRecord run, PipelineSpec spec, ModelArtifact artifact, Table holdOut, double[] scores, CancellationToken cancellationToken) => new()
        {
            Artifact = artifact,
            HoldOut = holdOut,
            Scores = scores,
            Slices = spec.Evaluation.Slices,
            Limits = await LimitsAsync(run, cancellationToken),
            MinSliceRows = spec.Evaluation.MinSliceRows,
            Threshold = spec.Evaluation.Threshold,
            Confidence = spec.Evaluation.Confidence,
            Key = spec.Key,
            Costs = spec.Problem?.Costs,
        };

    /// <summary>Stores a report under the hash of its canonical form.</summary>
    public Task<ContentHash> StoreAsync(EvaluationReport report, CancellationToken cancellationToken) =>
        storage.Content.PutAsync(CanonicalJson.Serialize(report, PipelineJson.Default.EvaluationReport), cancellationToken);

    /// <exception cref="ContentMissingException">It was deleted because rows that it quotes were erased.</exception>
    public async Task<EvaluationReport> ReadAsync(ContentHash hash, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(hash, cancellationToken), PipelineJson.Default.EvaluationReport)!;

    /// <summary>The scores that the evaluation gave, in the order of the hold-out's rows.</summary>
    public async Task<HoldOutScores> ReadScoresAsync(ContentHash hash, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(hash, cancellationToken), PipelineJson.Default.HoldOutScores)!;

    /// <summary>Ranges between quantiles of the data version, so that candidate, champion and later runs on these data are sliced alike.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<double>>> LimitsAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        if (run.ProfileHash is not { } hash)
            return limits;
        DataProfile profile = DataProfile.Parse(await storage.Content.ReadAsync(hash, cancellationToken));
        foreach (ColumnProfile column in profile.Columns)
        {
            if (column.Quantiles is { } quantiles)
                limits[column.Name] = [.. quantiles.Where(quantile => quantile.Probability is 0.1 or 0.25 or 0.5 or 0.75 or 0.9).Select(quantile => quantile.Value)];
        }

        return limits;
    }
}

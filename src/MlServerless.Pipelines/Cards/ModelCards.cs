using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Cards;

/// <summary>Puts model cards together from what is stored.</summary>
public sealed class ModelCards(IPipelineStorage storage, ModelRegistry registry, RunLog runs, SpecCatalog specs, DataCatalog catalog, HoldOutEvaluator evaluator)
{
    /// <exception cref="ProblemException">404: there is no such version.</exception>
    /// <exception cref="ContentMissingException">The artifact is no longer kept.</exception>
    public async Task<ModelCard> ReadAsync(string model, int number, CancellationToken cancellationToken)
    {
        ModelVersion version = await registry.FindVersionAsync(model, number, cancellationToken)
            ?? throw ProblemException.NotFound(string.Create(CultureInfo.InvariantCulture, $"Model '{model}' has no version {number}."), $"GET /api/models/{model}/versions lists its versions.");
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(version.Hash, cancellationToken));
        PipelineSpec spec = await specs.ReadPinnedAsync(version.SpecHash, cancellationToken);
        RunRecord? run = await runs.FindAsync(model, version.Runs[0], cancellationToken);
        EvaluationReport? evaluation = await OrNullAsync(run?.HoldOut?.EvaluationHash, hash => evaluator.ReadAsync(hash, cancellationToken));
        GateEvidence? evidence = await OrNullAsync(
            run?.Promotion?.Evidence, async hash => JsonSerializer.Deserialize(await storage.Content.ReadAsync(hash, cancellationToken), PipelineJson.Default.GateEvidence)!);
        DataProfile? profile = await OrNullAsync(run?.ProfileHash, async hash => DataProfile.Parse(await storage.Content.ReadAsync(hash, cancellationToken)));
        CardInput[] inputs = [.. artifact.Signature.Inputs.Select(input => Input(input, profile, evaluation))];
        List<ModelAlias> aliases = await registry.ListAliasesAsync(model, cancellationToken).Where(alias => alias.Version == number).ToListAsync(cancellationToken);
        return new ModelCard
        {
            Version = version,
            Aliases = [.. aliases.Select(alias => alias.Name)],
            Description = spec.Description,
            Problem = spec.Problem,
            Label = artifact.Signature.Label,
            ClassLabels = artifact.ClassLabels,
            Training = new CardTraining(
                artifact.Trainer,
                artifact.AlgorithmVersion,
                artifact.Parameters,
                artifact.Seed.ToString(CultureInfo.InvariantCulture),
                artifact.Rows.Train,
                artifact.Rows.Validation,
                artifact.Json.Length),
            Data = await DataAsync(model, version, run, cancellationToken),
            HoldOutRows = run?.HoldOut?.Rows,
            Evaluation = evaluation,
            Champion = evidence?.Champion,
            Gates = evidence?.Gates,
            Promoted = run?.Promotion?.Promoted ?? false,
            Latency = run?.HoldOut?.Latency,
            Importance = artifact.Importance,
            Inputs = inputs,
            Limits = CardLimits.Of(version, spec, evaluation, inputs),
            Lineage = new CardLineage(
                version.Runs, version.Hash, version.SpecHash, version.SchemaHash, version.DataVersion, run?.PreparedHash, run?.HoldOut?.EvaluationHash, run?.Promotion?.Evidence, run?.CodeVersion),
        };
    }

    private async Task<CardData?> DataAsync(string pipeline, ModelVersion version, RunRecord? run, CancellationToken cancellationToken)
    {
        if ((await catalog.FindAsync(pipeline, version.DataVersion, cancellationToken)
            ?? (run?.UploadVersion is { } upload ? await catalog.FindAsync(pipeline, upload, cancellationToken) : null)) is not { } record)
            return null;
        return new CardData(
            version.DataVersion, record.Source.Blob, record.Source.LastModified, run?.Window?.Uploads ?? 1, record.Check?.Rows, record.Check?.RejectedRows, await FindingsAsync(record, cancellationToken));
    }

    private async Task<int> FindingsAsync(DataVersionRecord record, CancellationToken cancellationToken) =>
        await OrNullAsync(record.Check?.ReportHash, async hash => CheckReport.Parse(await storage.Content.ReadAsync(hash, cancellationToken))) is { } report ? report.Findings.Count : 0;

    private static CardInput Input(SignatureField field, DataProfile? profile, EvaluationReport? evaluation)
    {
        ColumnProfile? column = profile?.Find(field.Name);
        return new CardInput(field.Name, field.Type, field.Required, column?.Min, column?.Max, column?.Distinct, evaluation?.Coverage.FirstOrDefault(input => input.Name == field.Name));
    }

    /// <summary>What was deleted since, with the rows that it told of, leaves its place on the card empty.</summary>
    private static async Task<T?> OrNullAsync<T>(ContentHash? hash, Func<ContentHash, Task<T>> read)
        where T : class
    {
        try
        {
            return hash is { } known ? await read(known) : null;
        }
        catch (ContentMissingException)
        {
            return null;
        }
    }
}

using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Applies the gates and moves the alias <c>champion</c> if they pass. A lost race applies them again to the new champion.</summary>
public sealed class PromoteStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, PreparedDataReader prepared, ModelRegistry registry)
{
    /// <returns>Whether the run's version is champion now.</returns>
    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "promote", null, PromoteAsync, cancellationToken);

    private async Task<bool> PromoteAsync(StepContext step)
    {
        RunRecord run = step.Record;
        if (run.Source is { } source)
            await IngestStep.RequireUnchangedAsync(storage, source, step.CancellationToken);
        PipelineSpec spec = await specs.ReadPinnedAsync(run.SpecHash!.Value, step.CancellationToken);
        ModelVersion version = (await registry.FindVersionAsync(run.Pipeline, run.Model!.Version, step.CancellationToken))!;
        while (true)
        {
            ModelAlias? champion = await registry.FindAliasAsync(run.Pipeline, ModelAlias.Champion, step.CancellationToken);

            // This step was killed after its transaction, or runs at the same time once more: what was decided stands.
            if (champion?.RunId == run.Id)
                return await RecordAsync(step, true, null, null);
            if (champion is not null && champion.Hash == version.Hash)
                return await RecordAsync(step, false, [$"this artifact is champion version {champion.Version} already"], null);
            if (version.Withdrawn is { } withdrawn)
                return await RecordAsync(step, false, [$"failed: version {version.Version} was rolled back by {withdrawn.Who} ({withdrawn.Why}); it does not promote by itself"], null);
            if (champion is not null && string.CompareOrdinal(run.DataOrder, champion.DataOrder) < 0)
                return await RecordAsync(step, false, [$"failed: its data are older than those of champion version {champion.Version}; older data never promote by themselves"], null);

            ChampionComparison? comparison = champion is null ? null : await CompareAsync(step, spec, champion);
            GateDecision decision = Gates.Decide(spec, run.HoldOut!.Metrics, comparison);
            HoldOutRecord compared = run.HoldOut with { ChampionVersion = comparison?.Version, ChampionMetrics = comparison?.Metrics };
            if (!decision.Passed)
                return await RecordAsync(step, false, decision.Reasons, compared);

            // The reasons go first: should the process die between the two writes, the repeated step finds them.
            await step.UpdateAsync(record => record with { HoldOut = compared, Promotion = new PromotionRecord(false, decision.Reasons) });
            var move = new AliasMove(version, ModelAlias.Champion, champion)
            {
                DataOrder = run.DataOrder,
                RunId = run.Id,
                Reasons = decision.Reasons,
                Metrics = run.HoldOut.Metrics,
                ChampionMetrics = comparison?.Metrics,
            };
            ModelAlias? moved = await registry.TryMoveAliasAsync(move, step.CancellationToken);
            if (moved is not null)
                return await RecordAsync(step, true, decision.Reasons, compared);
        }
    }

    /// <param name="reasons">Null for those that stand on the record already.</param>
    private static async Task<bool> RecordAsync(StepContext step, bool promoted, IReadOnlyList<string>? reasons, HoldOutRecord? compared)
    {
        await step.UpdateAsync(record => record with
        {
            HoldOut = compared ?? record.HoldOut,
            Promotion = new PromotionRecord(promoted, reasons ?? record.Promotion?.Reasons ?? ["passed: the alias was moved by this run before it was interrupted"]),
        });
        return promoted;
    }

    private async Task<ChampionComparison> CompareAsync(StepContext step, PipelineSpec spec, ModelAlias champion)
    {
        ModelVersion version = (await registry.FindVersionAsync(step.Record.Pipeline, champion.Version, step.CancellationToken))!;
        PipelineSpec then = await specs.ReadPinnedAsync(version.SpecHash, step.CancellationToken);
        if (then.Split != spec.Split || !then.Key.SequenceEqual(spec.Key, StringComparer.Ordinal))
            return new ChampionComparison(champion.Version, null, IsOtherLine: true);
        ModelArtifact artifact = ModelArtifact.Parse(await storage.Content.ReadAsync(champion.Hash, step.CancellationToken));
        PreparedData data = await prepared.ReadAsync(step.Record, step.CancellationToken);
        Table holdOut = await prepared.ReadTableAsync(data.HoldOut, step.CancellationToken);
        string[] lacking = [.. artifact.Signature.Inputs.Select(input => input.Name).Where(name => holdOut.Columns.All(column => column.Name != name))];
        if (lacking.Length > 0)
            return new ChampionComparison(champion.Version, null, $"these data lack its column(s) {string.Join(", ", lacking)}");
        try
        {
            (_, IReadOnlyDictionary<string, double> metrics) = await Task.Run(() => EvaluateStep.Measure(artifact, Scorer.Compile(artifact), holdOut), step.CancellationToken);
            return new ChampionComparison(champion.Version, metrics);
        }
        catch (Exception exception) when (exception is ArgumentException or TrainingException)
        {
            // A column or the label is of another type now. The new model is sound, so that is a reason not to promote, no failure of its run.
            return new ChampionComparison(champion.Version, null, exception.Message);
        }
    }
}

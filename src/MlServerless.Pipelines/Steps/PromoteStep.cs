using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Applies the gates and moves the alias <c>champion</c> if they pass, or <c>canary</c> where the spec asks for one. A lost race applies them again to the new champion.</summary>
public sealed class PromoteStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, ModelRegistry registry, GateKeeper gates)
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
                return await RecordAsync(step, true, null);
            if (champion is not null && champion.Hash == version.Hash)
                return await RecordAsync(step, false, [$"this artifact is champion version {champion.Version} already"]);
            if (!run.IsAside && version.Withdrawn is { } withdrawn)
                return await RecordAsync(step, false, [$"failed: version {version.Version} was rolled back by {withdrawn.Who} ({withdrawn.Why}); it does not promote by itself"]);

            // What can never become champion is compared with it all the same, on whatever data.
            if (!run.IsAside && champion is not null && string.CompareOrdinal(run.DataOrder, champion.DataOrder) < 0)
                return await RecordAsync(step, false, [$"failed: its data are older than those of champion version {champion.Version}; older data never promote by themselves"]);

            ModelAlias? canary = await registry.FindAliasAsync(run.Pipeline, ModelAlias.Canary, step.CancellationToken);
            if (canary?.RunId == run.Id)
                return await RecordAsync(step, false, null);
            if (spec.Canary is not null && canary is not null && string.CompareOrdinal(run.DataOrder, canary.DataOrder) < 0)
                return await RecordAsync(step, false, [$"failed: its data are older than those of canary version {canary.Version}; older data never promote by themselves"]);

            GateOutcome outcome = await gates.CheckAsync(run, spec, champion, step.CancellationToken);
            HoldOutRecord compared = run.HoldOut! with { ChampionVersion = outcome.Champion?.Version, ChampionMetrics = outcome.Champion?.Metrics, EvaluationHash = outcome.EvaluationHash };

            // The reasons go first: should the process die between the two writes, the repeated step finds them.
            var refused = new PromotionRecord(false, outcome.Decision.Reasons) { Gates = outcome.Decision.Gates, Evidence = outcome.Evidence };
            if (run.IsAside)
                refused = refused with { Reasons = [.. refused.Reasons, "failed: an experiment does not become champion by itself"] };
            if (!run.IsAside && outcome.Decision.Passed && spec.Gates.Approval.Required && run.Approval is not { IsApproved: true })
                return await AskAsync(step, spec.Gates.Approval, refused, compared);
            CanarySettings? bakes = champion is not null && !run.IsAside && outcome.Decision.Passed ? spec.Canary : null;
            if (bakes is not null)
                refused = refused with { Reasons = [.. refused.Reasons, bakes.Describe()] };
            await step.UpdateAsync(record => record with { HoldOut = compared, Promotion = refused });
            if (run.IsAside || !outcome.Decision.Passed)
                return false;
            var move = new AliasMove(version, bakes is null ? ModelAlias.Champion : ModelAlias.Canary, bakes is null ? champion : canary)
            {
                Action = bakes is null ? AliasActions.Promote : AliasActions.Canary,
                Canary = bakes,
                DataOrder = run.DataOrder,
                RunId = run.Id,
                Who = run.Approval?.Who,
                Why = run.Approval?.Why,
                Reasons = refused.Reasons,
                Metrics = run.HoldOut.Metrics,
                ChampionMetrics = outcome.Champion?.Metrics,
                Evidence = outcome.Evidence,
            };
            ModelAlias? moved = await registry.TryMoveAliasAsync(move, step.CancellationToken);
            if (moved is not null)
                return await RecordAsync(step, bakes is null, null);
        }
    }

    /// <summary>Ends the run until somebody agrees.</summary>
    private static async Task<bool> AskAsync(StepContext step, ApprovalSpec approval, PromotionRecord decided, HoldOutRecord compared)
    {
        await step.EndRunAsync(RunStatus.AwaitingApproval, record => record with
        {
            HoldOut = compared,
            Approval = new ApprovalRecord(step.Now + approval.Deadline),
            Promotion = decided,
        });
        return false;
    }

    /// <param name="reasons">Null for those that stand on the record already.</param>
    private static async Task<bool> RecordAsync(StepContext step, bool promoted, IReadOnlyList<string>? reasons)
    {
        await step.UpdateAsync(record => record with
        {
            Promotion = reasons is null && record.Promotion is { } decided
                ? decided with { Promoted = promoted }
                : new PromotionRecord(promoted, reasons ?? ["passed: the alias was moved by this run before it was interrupted"]),
        });
        return promoted;
    }
}

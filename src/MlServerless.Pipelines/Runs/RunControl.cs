using System.Globalization;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Pipelines.Runs;

/// <summary>What people do to runs: end them, agree to their promotion or not, have them repeated.</summary>
public sealed class RunControl(RunLog runs, RunStarter starter, StepRunner steps, IPipelineStorage storage, TimeProvider time)
{
    /// <summary>From here on a run changes what is served: rolling back is what undoes it then.</summary>
    private static readonly HashSet<string> Final = new(StringComparer.Ordinal) { "promote", "finish" };

    /// <exception cref="ProblemException">400: not a run id; 404: there is no such run.</exception>
    public async Task<RunRecord> RequireAsync(string id, CancellationToken cancellationToken)
    {
        if (!RunId.IsValid(id))
            throw ProblemException.BadRequest("That is not a run id.", "A run id is 't-' and 32 hex digits, e.g. t-0123456789abcdef0123456789abcdef.");
        return await runs.FindAsync(id, cancellationToken)
            ?? throw ProblemException.NotFound($"There is no run '{id}'.", "GET /api/runs lists runs.");
    }

    /// <summary>Ends a run. No further step of it begins; one that is at work stops when it next shows its progress, and changes nothing any more.</summary>
    /// <exception cref="ProblemException">409: it has ended, or is being promoted.</exception>
    public async Task<RunRecord> CancelAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        while (true)
        {
            RunRecord run = await RequireAsync(id, cancellationToken);
            RunRecord Cancelled(RunRecord record) => steps.Ended(record, RunStatus.Cancelled) with { Cancellation = new CancellationRecord(time.GetUtcNow(), actor.Who, actor.Why) };
            if (run.Status == RunStatus.Cancelled)
                return run;
            if (run.Status == RunStatus.AwaitingApproval)
            {
                if (await runs.DecideAsync(run.Pipeline, run.Id, Cancelled, cancellationToken) is { } decided)
                    return decided;
                continue;
            }

            if (run.HasEnded)
                throw new ProblemException(409, $"Run {id} has ended.", $"It is {Show(run.Status)}. What it promoted is undone with POST /api/models/{run.Pipeline}/rollback.");
            try
            {
                RunRecord next = await runs.UpdateAsync(run.Ref, record => record.Stage is { } stage && Final.Contains(stage) ? record : Cancelled(record), cancellationToken);
                if (!next.HasEnded)
                    throw new ProblemException(409, $"Run {id} is being promoted.", $"Wait for its end; what it promoted is undone with POST /api/models/{run.Pipeline}/rollback.");
                await storage.Checkpoints.DeleteAsync(run.Id + "/", cancellationToken);
                return next;
            }
            catch (StaleRunException)
            {
                // It ended, or a later attempt began, between the read and the write.
            }
        }
    }

    /// <summary>Agrees: the run goes on, and its gates are measured again against the champion of then.</summary>
    /// <exception cref="ProblemException">409: it does not wait for approval, or no longer.</exception>
    public async Task<RunRecord> ApproveAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        RunRecord run = await RequireAsync(id, cancellationToken);

        // Repeated, also after a crash before the start was queued.
        if (run is { Approval.IsApproved: true })
        {
            if (!run.HasEnded && run.StartedAttempt < run.Attempt)
                await starter.QueueStartAsync(run.Ref, cancellationToken);
            return run;
        }

        RunRecord decided = await DecideAsync(run, actor, ApprovalRecord.Approved, (record, approval) => record with
        {
            Status = RunStatus.Claimed,
            Attempt = record.Attempt + 1,
            EndedAt = null,
            ManifestHash = null,
            Approval = approval,
        }, cancellationToken);
        await starter.QueueStartAsync(decided.Ref, cancellationToken);
        return decided;
    }

    /// <summary>Does not agree: the run is completed without promotion.</summary>
    /// <exception cref="ProblemException">409: it does not wait for approval, or no longer.</exception>
    public async Task<RunRecord> RejectAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        RunRecord run = await RequireAsync(id, cancellationToken);
        if (run is { Approval.Decision: ApprovalRecord.Rejected })
            return run;
        return await DecideAsync(run, actor, ApprovalRecord.Rejected, (record, approval) => record with
        {
            Status = RunStatus.Completed,
            Approval = approval,
            Promotion = new PromotionRecord(false, [.. record.Promotion?.Reasons ?? [], $"failed: {actor.Who} did not agree ({actor.Why})"]),
        }, cancellationToken);
    }

    /// <summary>Ends the wait of runs to which nobody agreed in time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        int expired = 0;
        await foreach (RunRecord run in runs.ListAwaitingApprovalAsync(null, cancellationToken))
        {
            if (run.Approval!.Deadline <= time.GetUtcNow() && await ExpireAsync(run, cancellationToken) is not null)
                expired++;
        }

        return expired;
    }

    /// <summary>Has a run repeated from its manifest, to be compared stage by stage.</summary>
    /// <param name="idempotencyKey">Requests with the same key are one repetition.</param>
    /// <exception cref="ProblemException">409: the run is under way, or left nothing to repeat; 410: its rows are no longer kept.</exception>
    public async Task<RunRecord> VerifyAsync(string id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        RunRecord run = await RequireAsync(id, cancellationToken);
        if (!run.HasEnded)
            throw new ProblemException(409, $"Run {id} is under way.", "Have it verified when it has ended.");
        if (run.Mode == ModelMode.Verification)
            throw new ProblemException(409, $"Run {id} is itself a repetition.", $"Verify the run that it repeats, {run.Verifies}.");
        if (run.ManifestHash is null || run.SpecHash is null || run.DataVersion is null)
            throw new ProblemException(409, $"Run {id} left nothing to repeat.", $"It ended as {Show(run.Status)} before it had a data version and a spec.");
        return await starter.RequestAsync(
            run.Pipeline,
            new RunRequest
            {
                DataVersion = run.DataVersion,
                SpecHash = run.SpecHash,
                IdempotencyKey = idempotencyKey is null ? null : $"verify {id} {idempotencyKey}",
                Mode = ModelMode.Verification,
                Fresh = true,
                Trigger = "verify",
                Verifies = run,
            },
            cancellationToken);
    }

    private async Task<RunRecord> DecideAsync(RunRecord run, Actor actor, string decision, Func<RunRecord, ApprovalRecord, RunRecord> change, CancellationToken cancellationToken)
    {
        if (run.Status != RunStatus.AwaitingApproval)
        {
            throw new ProblemException(
                409,
                $"Run {run.Id} does not wait for approval.",
                run.Approval is { Decision: { } earlier } known ? string.Create(CultureInfo.InvariantCulture, $"It was {earlier} at {known.At:yyyy-MM-ddTHH:mm:ssZ} by {known.Who ?? "its deadline"}.") : $"It is {Show(run.Status)}.");
        }

        DateTimeOffset now = time.GetUtcNow();
        if (run.Approval!.Deadline <= now)
        {
            await ExpireAsync(run, cancellationToken);
            throw new ProblemException(409, $"Run {run.Id} has expired.", string.Create(CultureInfo.InvariantCulture, $"It waited until {run.Approval.Deadline:yyyy-MM-ddTHH:mm:ssZ}. Its version is kept: point the alias to it with PUT /api/models/{run.Pipeline}/aliases/champion, or start the run again."));
        }

        return await runs.DecideAsync(run.Pipeline, run.Id, record => change(record, record.Approval! with { Decision = decision, Who = actor.Who, Why = actor.Why, At = now }), cancellationToken)
            ?? throw new ProblemException(409, $"Run {run.Id} does not wait for approval any more.", "Somebody else has just decided; GET it to see what.");
    }

    private Task<RunRecord?> ExpireAsync(RunRecord run, CancellationToken cancellationToken) => runs.DecideAsync(
        run.Pipeline,
        run.Id,
        record => record with
        {
            Status = RunStatus.Expired,
            Approval = record.Approval! with { Decision = ApprovalRecord.Expired, At = time.GetUtcNow() },
            Promotion = new PromotionRecord(false, [.. record.Promotion?.Reasons ?? [], "failed: nobody agreed in time"]),
        },
        cancellationToken);

    private static string Show(RunStatus status) => System.Text.Json.JsonSerializer.SerializeToNode(status, PipelineJson.Default.RunStatus)!.GetValue<string>();
}

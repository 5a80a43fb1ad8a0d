using System.Globalization;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Uploads;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// Finds what got lost: uploads whose event never came, runs that were claimed and never started, runs whose orchestration died. What it starts goes through
/// the queue of commands, as a new attempt, so that a late start of the old one changes nothing.
/// </summary>
public sealed class Sweep(IPipelineStorage storage, RunLog runs, RunStarter starter, StepRunner steps, UploadIntake intake, PipelineOptions options, TimeProvider time, ILogger<Sweep> logger)
{
    /// <summary>Stages in which a run does nothing but wait for others.</summary>
    private static readonly HashSet<string> WaitingStages = new(StringComparer.Ordinal) { TurnStep.Stage, EarlierChecksStep.Stage };

    /// <returns>How many runs were started, and how many were given up.</returns>
    public async Task<SweepResult> RunAsync(CancellationToken cancellationToken)
    {
        int started = await TakeLostUploadsAsync(cancellationToken);
        int lost = 0;
        List<RunRecord> active = await runs.ListActiveAsync(null, cancellationToken).ToListAsync(cancellationToken);
        int working = active.Count(run => run.Stage is null || !WaitingStages.Contains(run.Stage));
        foreach (RunRecord run in active)
        {
            if (!IsDead(run, working))
                continue;
            Verdict verdict = await RestartAsync(run, cancellationToken);
            lost += verdict.Lost ? 1 : 0;
            if (verdict.Restart is { } attempt)
            {
                await starter.QueueStartAsync(attempt, cancellationToken);
                started++;
            }
        }

        if (started + lost > 0)
            logger.LogWarning("Sweep: {Started} run(s) started, {Lost} given up, {Active} active", started, lost, active.Count);
        return new SweepResult(started, lost);
    }

    private async Task<int> TakeLostUploadsAsync(CancellationToken cancellationToken)
    {
        int taken = 0;
        await foreach (UploadInfo upload in storage.Uploads.ListAsync(null, cancellationToken))
        {
            if (upload.LastModified + options.EventDeadline > time.GetUtcNow())
                continue;
            if (!await intake.IsKnownAsync(upload, cancellationToken) && await intake.TakeAsync(upload, null, "sweep", cancellationToken) is { } run)
            {
                await starter.QueueStartAsync(run, cancellationToken);
                logger.LogWarning("Sweep: the event of upload {Upload} was lost; run {Run} was claimed for it", upload.Name, run.RunId);
                taken++;
            }
        }

        return taken;
    }

    /// <summary>
    /// A run that was never started is dead after the claim deadline. One that was started is dead when no step of it has shown life for as long as the
    /// steps of all runs may take one after the other that do more than wait for others, for they share one place.
    /// </summary>
    private bool IsDead(RunRecord run, int workingRuns)
    {
        if (run.OpenSteps.Any(step => step.NotBefore > time.GetUtcNow()))
            return false;
        TimeSpan patience = run.StartedAttempt < run.Attempt ? options.ClaimDeadline : options.StepDeadline * Math.Max(1, workingRuns) * 1.25;
        return run.Stamp + patience < time.GetUtcNow();
    }

    private async Task<Verdict> RestartAsync(RunRecord dead, CancellationToken cancellationToken)
    {
        try
        {
            RunRecord next = await runs.UpdateAsync(
                dead.Ref,
                record => record.Stamp != dead.Stamp ? record : record.Attempt >= options.MaxAttempts
                    ? steps.Ended(record, RunStatus.Lost, new RunError("OrchestrationDied", Reason(record), record.Stage))
                    : record with { Attempt = record.Attempt + 1, Status = RunStatus.Claimed, Stages = [], Stage = null, Progress = new Dictionary<string, double>(StringComparer.Ordinal) },
                cancellationToken);
            if (!next.HasEnded)
                return new Verdict(next.Attempt > dead.Attempt ? next.Ref : null, false);

            // Its orchestration is gone, which would have done this.
            await storage.Checkpoints.DeleteAsync(dead.Id + "/", cancellationToken);
            return new Verdict(null, true);
        }
        catch (StaleRunException)
        {
            // It ended while it was looked at.
            return new Verdict(null, false);
        }
    }

    private static string Reason(RunRecord run) => string.Create(
        CultureInfo.InvariantCulture,
        $"Attempt {run.Attempt} of the run showed no life after {run.Stamp:yyyy-MM-ddTHH:mm:ssZ} in stage '{run.Stage ?? "claimed"}', and it was the last, so the run was given up. See the log around that time, then start it again with POST /api/pipelines/{run.Pipeline}/runs.");

    private readonly record struct Verdict(RunRef? Restart, bool Lost);
}

using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Uploads;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Whether every upload before the run's own has been checked, or will not be. A check compares with the version before, and a window holds the versions
/// before: both must be the same whichever run comes first.
/// </summary>
public sealed class EarlierChecksStep(StepRunner runner, RunLog runs, IPipelineStorage storage, UploadIntake intake, RunStarter starter, PipelineOptions options, TimeProvider time)
{
    /// <summary>The stage of runs that wait.</summary>
    public const string Stage = "await-checks";

    /// <summary>
    /// Uploads are ordered by the second, so one of the same second may still come; and the clock of the storage may be a little behind.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5);

    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, Stage, null, AreCheckedAsync, cancellationToken);

    private async Task<bool> AreCheckedAsync(StepContext step)
    {
        RunRecord mine = step.Record;

        // A repetition compares with what the run has compared with.
        if (mine.Mode == Registry.ModelMode.Verification)
            return true;

        // Uploads first: one that is claimed after its look-up is among the active runs then.
        if (mine.Source is { } source && !await AreClaimedAsync(mine, source, step.CancellationToken))
            return false;
        await foreach (RunRecord other in runs.ListActiveAsync(mine.Pipeline, step.CancellationToken))
        {
            if (other.Id != mine.Id && !other.IsAside && other.ReportHash is null && RunOrder.ComesBefore(other, mine) && !RunOrder.IsBackingOff(other))
                return false;
        }

        return true;
    }

    /// <summary>Whether all uploads before a run's own have runs. One whose event is late by more than the deadline is claimed here as by the sweep, which may come later.</summary>
    private async Task<bool> AreClaimedAsync(RunRecord mine, RunSource source, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < source.LastModified + Settling)
            return false;
        bool all = true;
        await foreach (UploadInfo upload in storage.Uploads.ListAsync(mine.Pipeline + "/", cancellationToken))
        {
            if (string.CompareOrdinal(DataOrder.Of(upload.LastModified, upload.Name, upload.ETag), mine.DataOrder) >= 0 || await intake.IsKnownAsync(upload, cancellationToken))
                continue;
            all = false;
            if (upload.LastModified + options.EventDeadline <= time.GetUtcNow() && await intake.TakeAsync(upload, null, "sweep", cancellationToken) is { } run)
                await starter.QueueStartAsync(run, cancellationToken);
        }

        return all;
    }
}

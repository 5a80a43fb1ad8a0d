using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Retention;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;

namespace MlServerless.Functions.Timers;

/// <summary>What happens by the clock.</summary>
public sealed class TimerFunctions(Sweep sweep, ErasureService erasures, BatchService batches, DriftService drift, AlertTimer alerts, RetentionService retention, StoreSweep store, PromotionLog promotions, RunControl control, ScheduleTimer schedules, CanaryService canaries, ChallengerService challengers, CaptureService capture)
{
    /// <summary>Finds uploads without a run, runs that died, erasures and batch jobs that stopped, approvals that are overdue, and entries of the promotion log that were not anchored.</summary>
    [Function(nameof(SweepRuns))]
    public async Task SweepRuns([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await erasures.ResumeAsync(cancellationToken);
        await batches.ResumeAsync(cancellationToken);
        await sweep.RunAsync(cancellationToken);
        await control.ExpireAsync(cancellationToken);
        await promotions.AnchorMissingAsync(cancellationToken);
    }

    /// <summary>Starts the runs that the specs' schedules ask for.</summary>
    [Function(nameof(FollowSchedules))]
    public Task FollowSchedules([TimerTrigger("45 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        schedules.RunAsync(cancellationToken);

    /// <summary>Closes the windows of predictions that have ended, with a drift report each, and lets challengers score what was captured in them.</summary>
    [Function(nameof(CloseWindows))]
    public async Task CloseWindows([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await drift.CloseWindowsAsync(cancellationToken);
        await challengers.RunAsync(cancellationToken);
    }

    /// <summary>Promotes canaries that have baked, and rolls back those that do worse than their champions.</summary>
    [Function(nameof(WatchCanaries))]
    public Task WatchCanaries([TimerTrigger("20 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        canaries.WatchAsync(cancellationToken);

    /// <summary>Lets go of data as the specs say, and deletes content that nothing names any more.</summary>
    [Function(nameof(SweepStore))]
    public async Task SweepStore([TimerTrigger("0 40 */6 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await retention.RunAsync(cancellationToken);
        await capture.RunAsync(cancellationToken);
        await store.RunAsync(cancellationToken);
    }

    /// <summary>Compares what has come with what the specs promise, and opens and resolves alerts.</summary>
    [Function(nameof(WatchSources))]
    public Task WatchSources([TimerTrigger("15 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        alerts.RunAsync(cancellationToken);
}

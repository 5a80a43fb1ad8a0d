using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Retention;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;

namespace MlServerless.Functions.Timers;

/// <summary>What happens by the clock.</summary>
public sealed class TimerFunctions(Sweep sweep, ErasureService erasures, DriftService drift, AlertTimer alerts, RetentionService retention, StoreSweep store, PromotionLog promotions, RunControl control, ScheduleTimer schedules)
{
    /// <summary>Finds uploads without a run, runs that died, erasures that stopped, approvals that are overdue, and entries of the promotion log that were not anchored.</summary>
    [Function(nameof(SweepRuns))]
    public async Task SweepRuns([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await erasures.ResumeAsync(cancellationToken);
        await sweep.RunAsync(cancellationToken);
        await control.ExpireAsync(cancellationToken);
        await promotions.AnchorMissingAsync(cancellationToken);
    }

    /// <summary>Starts the runs that the specs' schedules ask for.</summary>
    [Function(nameof(FollowSchedules))]
    public Task FollowSchedules([TimerTrigger("45 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        schedules.RunAsync(cancellationToken);

    /// <summary>Closes the windows of predictions that have ended, with a drift report each.</summary>
    [Function(nameof(CloseWindows))]
    public Task CloseWindows([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        drift.CloseWindowsAsync(cancellationToken);

    /// <summary>Lets go of data as the specs say, and deletes content that nothing names any more.</summary>
    [Function(nameof(SweepStore))]
    public async Task SweepStore([TimerTrigger("0 40 */6 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await retention.RunAsync(cancellationToken);
        await store.RunAsync(cancellationToken);
    }

    /// <summary>Compares what has come with what the specs promise, and opens and resolves alerts.</summary>
    [Function(nameof(WatchSources))]
    public Task WatchSources([TimerTrigger("15 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        alerts.RunAsync(cancellationToken);
}

using Microsoft.Extensions.Logging;
using MlServerless.Durable.Protocol;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>
/// The context that an orchestrator sees. Its own awaits stay, like the orchestrator's, on the scheduler of the replay: no
/// <c>ConfigureAwait(false)</c> here.
/// </summary>
internal sealed class ReplayContext(ReplayState state, string name, ExecutionStartedEvent started) : TaskOrchestrationContext
{
    public override TaskName Name { get; } = name;

    public override string InstanceId => state.InstanceId;

    public override ParentOrchestrationInstance? Parent { get; } = started.ParentInstance is { } parent
        ? new(parent.Name ?? "", parent.OrchestrationInstance?.InstanceId ?? "")
        : null;

    public override DateTime CurrentUtcDateTime => state.Now;

    public override bool IsReplaying => state.IsReplaying;

    public override T? GetInput<T>()
        where T : default
        => state.Settings.Json.Read<T>(ExactJson.Unwrap(started.Input));

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckCall(name.Name, nameof(name));
        var json = state.Settings.Json.WriteText(input);
        return WithRetriesAsync(options?.Retry?.Policy, () => state.ScheduleActivity<TResult>(name.Name, json));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckCall(orchestratorName.Name, nameof(orchestratorName));
        var json = state.Settings.Json.WriteText(input);
        var given = (options as SubOrchestrationOptions)?.InstanceId;
        return WithRetriesAsync(
            options?.Retry?.Policy,
            () => state.ScheduleSubOrchestration<TResult>(orchestratorName.Name, given ?? state.NextGuid().ToString("N"), json));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken = default)
    {
        CheckThread();
        var end = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        var from = state.Now;
        while (true)
        {
            var next = end - from > state.Settings.MaximumTimerInterval ? from + state.Settings.MaximumTimerInterval : end;
            await state.ScheduleTimer(next, cancellationToken);
            if (next == end || state.Now >= end)
            {
                return;
            }

            // A timer may fire a little before its time: the next one counts from where this one should have.
            from = state.Now > next ? state.Now : next;
        }
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        CheckCall(eventName, nameof(eventName));
        return state.Events.TryTake<T>(eventName) ?? state.Events.Wait<T>(eventName, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckCall(eventName, nameof(eventName));
        return timeout == Timeout.InfiniteTimeSpan
            ? WaitForExternalEvent<T>(eventName, cancellationToken)
            : state.Events.TryTake<T>(eventName) ?? WaitWithTimeoutAsync<T>(eventName, timeout, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object? payload = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        CheckCall(eventName, nameof(eventName));
        state.SendEvent(instanceId, eventName, state.Settings.Json.WriteText(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        state.CustomStatus = state.Settings.Json.WriteText(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        CheckThread();
        state.ContinueAsNew = new ContinueAsNewRequest(state.Settings.Json.WriteText(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        CheckThread();
        return state.NextGuid();
    }

    public override ILogger CreateReplaySafeLogger(string categoryName)
        => new ReplaySafeLogger(state.Settings.Loggers.CreateLogger(categoryName), this);

    private async Task<T> WaitWithTimeoutAsync<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Cancelled with Cancel, not CancelAsync, which would leave the thread.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var raised = state.Events.Wait<T>(eventName, ended.Token);
        var timer = CreateTimer(state.Now + timeout, ended.Token);
        var first = await Task.WhenAny(raised, timer);
        if (first != raised)
        {
            // Takes the wait off the list, so that a later event finds the next one.
            ended.Cancel();
            cancellationToken.ThrowIfCancellationRequested();
            throw new TaskCanceledException($"No event '{eventName}' came within {timeout}.");
        }

        ended.Cancel();
        return await raised;
    }

    private Task<T> WithRetriesAsync<T>(RetryPolicy? policy, Func<Task<T>> call)
        => policy is null ? call() : RetryAsync(policy, call);

    private async Task<T> RetryAsync<T>(RetryPolicy policy, Func<Task<T>> call)
    {
        var begun = state.Now;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan delay;
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (attempt < policy.MaxNumberOfAttempts && !e.FailureDetails.IsNonRetriable)
            {
                delay = policy.DelayAfter(attempt);
                if (state.Now + delay - begun > policy.RetryTimeout || policy.Handle?.Invoke(e.FailureDetails) == false)
                {
                    throw;
                }
            }

            await CreateTimer(state.Now + delay, CancellationToken.None);
        }
    }

    private void CheckCall(string? name, string parameter)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
    }

    private void CheckThread()
    {
        if (!state.Scheduler.IsOnItsThread)
        {
            throw new InvalidOperationException(
                "The TaskOrchestrationContext was used outside of its orchestrator's thread. An orchestrator awaits only tasks of its context: no Task.Run, no Task.Delay, no I/O.");
        }
    }
}

using Microsoft.Extensions.Logging;

namespace MlServerless.Worker.Durable;

/// <summary>
/// All that an orchestrator may touch of the world. The orchestrator is run again from its start for every new event, so it must
/// decide the same way each time: no clock but <see cref="CurrentUtcDateTime"/>, no ids but <see cref="NewGuid"/>, no
/// I/O, no task but those that this context gives and their combinations, no <c>ConfigureAwait(false)</c>. Not for use from other threads.
/// </summary>
public abstract class TaskOrchestrationContext
{
    /// <summary>Name of the orchestrator function.</summary>
    public abstract TaskName Name { get; }

    public abstract string InstanceId { get; }

    /// <summary>Null when this orchestration is nobody's sub-orchestration.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>Time (UTC) at which the present stretch of the orchestration began; the same in every replay.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>True while events are replayed that an earlier call has seen already.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The input, or default where none was given.</summary>
    /// <exception cref="System.Text.Json.JsonException">The input is not a <typeparamref name="T"/>.</exception>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity.</summary>
    /// <exception cref="TaskFailedException">Awaiting: every allowed attempt failed.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <inheritdoc cref="CallActivityAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null)
        => CallActivityAsync<Unit>(name, input, options);

    /// <summary>Runs another orchestrator and waits for its result.</summary>
    /// <exception cref="TaskFailedException">Awaiting: every allowed attempt failed.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <inheritdoc cref="CallSubOrchestratorAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
        => CallSubOrchestratorAsync<Unit>(orchestratorName, input, options);

    /// <summary>A task that ends at the given time (UTC), at once when that is past. A cancelled timer stays in the history and does nothing.</summary>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="CreateTimer(DateTime, CancellationToken)"/>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken = default)
        => CreateTimer(CurrentUtcDateTime + delay, cancellationToken);

    /// <summary>
    /// Waits for an event of that name (without regard to case) raised to this instance. Events raised before are kept in order
    /// and given out first.
    /// </summary>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event no longer than <paramref name="timeout"/>.</summary>
    /// <exception cref="TaskCanceledException">Awaiting: no such event came in time.</exception>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Raises an event to another instance; nothing tells whether it exists.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object? payload = null);

    /// <summary>A value that the management API shows while the orchestration runs and after; at most 16 KB of JSON.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>
    /// Ends this generation when the orchestrator returns and starts it anew with a new input and an empty history.
    /// </summary>
    /// <param name="newInput">Input of the next generation.</param>
    /// <param name="preserveUnprocessedEvents">True carries events over that were raised but not waited for.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>A UUID of version 5 over instance id, <see cref="CurrentUtcDateTime"/> and a counter: the same in every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent while <see cref="IsReplaying"/>.</summary>
    public abstract ILogger CreateReplaySafeLogger(string categoryName);

    /// <inheritdoc cref="CreateReplaySafeLogger(string)"/>
    public virtual ILogger CreateReplaySafeLogger<T>() => CreateReplaySafeLogger(typeof(T).FullName ?? typeof(T).Name);
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlServerless.Worker.Definitions;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// An activity. Success and failure alike answer 200 with our own envelope: the host would turn any other status into a
/// failure without type and message.
/// </summary>
internal sealed class ActivityEndpoint(
    FunctionInvoker invoker,
    HostSettings settings,
    IOptions<FunctionsOptions> options,
    JsonValues json,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger logger) : IFunctionEndpoint
{
    private readonly FunctionDefinition function = invoker.Function;
    private readonly TimeSpan deadline = options.Value.ActivityDeadline ?? DefaultDeadline(settings.FunctionTimeout);

    public async Task HandleAsync(HttpContext context)
    {
        using var scope = logger.BeginScope(new CallScope(invoker.Context(context)));
        byte[] envelope;
        try
        {
            var input = await ReadInputAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
            envelope = await RunAsync(context, input).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place where a failure can become an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError(e, "Activity {Function} failed: {Reason}", function.Name, e.Message);
            envelope = ActivityEnvelope.Failure(FailureConverter.FromException(e));
        }

        await InvocationAnswer.WriteReturnTextAsync(context, envelope).ConfigureAwait(false);
    }

    private async Task<byte[]> RunAsync(HttpContext context, object? input)
    {
        using var call = CallSpan.OfWork(function, input is null ? null : options.Value.TraceParentOf?.Invoke(input));
        try
        {
            return await RunInTimeAsync(context, input).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place where a failure can become an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            call.Failed(e.Message);
            logger.LogError(e, "Activity {Function} failed: {Reason}", function.Name, e.Message);
            return ActivityEnvelope.Failure(FailureConverter.FromException(e));
        }
    }

    private async Task<byte[]> RunInTimeAsync(HttpContext context, object? input)
    {
        using var deadlineSource = new CancellationTokenSource(deadline, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(deadlineSource.Token, context.RequestAborted, lifetime.ApplicationStopping);
        var arguments = invoker.Arguments(context, input, cancellation.Token);

        // Away from this thread: an activity may compute for minutes before it first awaits, and its deadline must be met all the same.
        var work = Task.Run(() => invoker.InvokeAsync(context, arguments), CancellationToken.None);
        if (deadline != Timeout.InfiniteTimeSpan && !await EndsInTimeAsync(work).ConfigureAwait(false))
        {
            logger.LogError("Activity {Function} does not heed its cancellation token and runs on past its deadline of {Deadline}", function.Name, deadline);
            _ = work.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return ActivityEnvelope.Failure(PastDeadline());
        }

        try
        {
            var result = await work.ConfigureAwait(false);
            return ActivityEnvelope.Success(function.Result == ResultShape.Nothing ? "null"u8 : json.Write(result, function.ResultType));
        }
        catch (OperationCanceledException e) when (deadlineSource.IsCancellationRequested)
        {
            logger.LogError(e, "Activity {Function} was cancelled at its deadline of {Deadline}", function.Name, deadline);
            return ActivityEnvelope.Failure(PastDeadline());
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ActivityEnvelope.Failure(new TaskFailureDetails(TaskFailureTypes.Infrastructure, "The worker is stopping."));
        }
    }

    private async Task<bool> EndsInTimeAsync(Task work)
    {
        var limit = deadline + options.Value.ActivityGracePeriod;
        using var stopWaiting = new CancellationTokenSource();
        var ended = await Task.WhenAny(work, Task.Delay(limit, time, stopWaiting.Token)).ConfigureAwait(false) == work;
        await stopWaiting.CancelAsync().ConfigureAwait(false);
        return ended;
    }

    internal static TimeSpan DefaultDeadline(TimeSpan? functionTimeout)
        => functionTimeout == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : (functionTimeout ?? TimeSpan.FromMinutes(30)) * 5 / 6;

    private TaskFailureDetails PastDeadline()
        => new(TaskFailureTypes.Deadline, $"Activity '{function.Name}' ran past its deadline of {deadline}.");

    private async Task<object?> ReadInputAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await PooledBody.ReadAsync(request, PooledBody.MaxCallBytes, cancellationToken).ConfigureAwait(false);
        var value = InvocationBody.Value(body.Span, function.TriggerBinding).Span;
        var type = function.Trigger.Parameter.ParameterType;
        try
        {
            return json.Read(value, type);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new NonRetriableException($"The input of activity '{function.Name}' is not a {type.Name}: {e.Message}", e);
        }
    }
}

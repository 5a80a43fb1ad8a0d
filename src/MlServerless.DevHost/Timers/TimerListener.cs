using System.Globalization;
using MlServerless.DevHost.Invocation;

namespace MlServerless.DevHost.Timers;

/// <summary>Runs one timer function by its schedule, one run at a time.</summary>
internal sealed class TimerListener
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly FunctionDefinition _function;
    private readonly TimerStatusStore _store;
    private readonly FunctionInvoker _invoker;
    private readonly OutputBinder _outputs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public TimerListener(
        FunctionDefinition function, TimerStatusStore store, FunctionInvoker invoker, OutputBinder outputs, TimeProvider time, ILogger log)
    {
        _function = function;
        _store = store;
        _invoker = invoker;
        _outputs = outputs;
        _time = time;
        _log = log;
    }

    private ITimerSchedule Schedule => _function.Timer!.Schedule;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var start = Now;
            var status = _function.Timer!.UseMonitor ? _store.Get(_function.Name) : null;
            // The schedule may have changed since; what counts is whether a time of today's schedule was missed.
            var isPastDue = status is not null && Schedule.Next(Max(status.Last, status.LastUpdated)) <= start;
            if (isPastDue || _function.Timer.RunOnStartup)
                await FireAsync(isPastDue, stop);
            else if (status is null)
                Save(null);

            while (!stop.IsCancellationRequested)
            {
                await WaitUntilAsync(Schedule.Next(Now), stop);
                await FireAsync(isPastDue: false, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>Runs the function now.</summary>
    public async Task FireAsync(bool isPastDue, CancellationToken stop)
    {
        var fired = Now;
        var status = _function.Timer!.UseMonitor ? _store.Get(_function.Name) : null;
        try
        {
            var result = await _invoker.InvokeAsync(_function, Payload(_function, status, isPastDue, _time.GetUtcNow()), stop);
            await _outputs.BindAsync(_function, result, stop);
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException && !stop.IsCancellationRequested)
        {
            _log.LogError("{Function} failed: {Error}", _function.Name, e.InnerException?.Message ?? e.Message);
        }

        Save(fired);
    }

    /// <summary>The invocation in the host's shape.</summary>
    internal static InvocationPayload Payload(FunctionDefinition function, TimerStatus? status, bool isPastDue, DateTimeOffset now)
    {
        var statusJson = status is null
            ? "null"
            : $"{{\"Last\":{Time(status.Last)},\"Next\":{Time(status.Next)},\"LastUpdated\":{Time(status.LastUpdated)}}}";
        var adjusts = function.Timer!.Schedule.AdjustForDst ? "true" : "false";
        return new InvocationPayload()
            .Data(function.Trigger.Name,
                $"{{\"Schedule\":{{\"AdjustForDST\":{adjusts}}},\"ScheduleStatus\":{statusJson},\"IsPastDue\":{(isPastDue ? "true" : "false")}}}")
            .System(function.Name, now);
    }

    private static string Time(DateTime time) =>
        NewtonsoftJson.Quote(time.ToString(time == default ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    private static DateTime Max(DateTime a, DateTime b) => a > b ? a : b;

    private void Save(DateTime? fired)
    {
        if (!_function.Timer!.UseMonitor)
            return;
        var now = Now;
        _store.Set(_function.Name, new(fired ?? default, Schedule.Next(now), now));
    }

    private async Task WaitUntilAsync(DateTime next, CancellationToken stop)
    {
        for (var wait = next - Now; wait > TimeSpan.Zero; wait = next - Now)
            await Task.Delay(wait > LongestWait ? LongestWait : wait + TimeSpan.FromMilliseconds(1), _time, stop);
    }
}

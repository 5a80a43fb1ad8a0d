using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Counts answers of HTTP functions and logs the counts at intervals while there are any, as the event <c>HttpTraffic</c>: an error rate for one line an
/// interval and process instead of one line a call.
/// </summary>
internal sealed class HttpTraffic(TimeProvider time, IOptions<FunctionsOptions> options, ILogger<HttpTraffic> logger) : IHostedService, IDisposable
{
    private static readonly EventId Event = new(5001, "HttpTraffic");

    private long calls;
    private long clientErrors;
    private long serverErrors;
    private ITimer? timer;

    public void Answered(int status)
    {
        Interlocked.Increment(ref calls);
        if (status >= 500)
        {
            Interlocked.Increment(ref serverErrors);
        }
        else if (status >= 400)
        {
            Interlocked.Increment(ref clientErrors);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = time.CreateTimer(_ => Report(), null, options.Value.TrafficInterval, options.Value.TrafficInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Report();
        return Task.CompletedTask;
    }

    public void Dispose() => timer?.Dispose();

    /// <summary>Logs what came since the last report, if anything did.</summary>
    internal void Report()
    {
        long all = Interlocked.Exchange(ref calls, 0);
        if (all > 0)
        {
            logger.LogInformation(
                Event,
                "{Calls} HTTP calls, {ClientErrors} refused, {ServerErrors} failed",
                all,
                Interlocked.Exchange(ref clientErrors, 0),
                Interlocked.Exchange(ref serverErrors, 0));
        }
    }
}

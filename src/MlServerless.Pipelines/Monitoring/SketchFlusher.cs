using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>Stores the sketches every few seconds. The host kills this process without a word, so what is not stored by then is lost: at most one interval.</summary>
public sealed class SketchFlusher(PredictionSketches sketches, PipelineOptions options, TimeProvider time, ILogger<SketchFlusher> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Under load sketches are stored this much less often: 30 s where quiet processes take 5.</summary>
    private const int BusyFactor = 6;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await sketches.FlushDueAsync(options.SketchInterval, options.SketchInterval * BusyFactor, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last flush follows in StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await sketches.FlushAsync(closeAll: true, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("The last sketches could not be stored before the process had to end");
        }
    }
}

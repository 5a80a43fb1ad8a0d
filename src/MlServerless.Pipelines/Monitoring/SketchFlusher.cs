using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>Stores the sketches every few seconds. The host kills this process without a word, so what is not stored by then is lost: at most one interval.</summary>
public sealed class SketchFlusher(PredictionSketches sketches, PipelineOptions options, TimeProvider time, ILogger<SketchFlusher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SketchInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await sketches.FlushAsync(closeAll: false, stoppingToken);
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

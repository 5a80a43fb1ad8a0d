using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Monitoring.Capture.Rows;

/// <summary>Stores captured rows every few seconds, and the last ones when the process ends in an orderly way.</summary>
public sealed class RowCaptureFlusher(RowCapture rows, PipelineOptions options, TimeProvider time, ILogger<RowCaptureFlusher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SketchInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await rows.FlushAsync(closeAll: false, stoppingToken);
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
            await rows.FlushAsync(closeAll: true, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("The last captured rows could not be stored before the process had to end");
        }
    }
}

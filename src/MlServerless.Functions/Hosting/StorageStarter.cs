using MlServerless.Pipelines.Ports;

namespace MlServerless.Functions.Hosting;

/// <summary>Creates what storage lacks while the app already answers. On Azure the deployment has created it all, and this finds nothing to do.</summary>
internal sealed class StorageStarter(IPipelineStorage storage, TimeProvider time, ILogger<StorageStarter> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await storage.EnsureCreatedAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The app stays up: /health/ready says so, and what needs the missing part fails with its name.
                logger.LogError(exception, "Containers, tables and queues could not be made ready; it is tried again in {Seconds} s", pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken);
            }
        }
    }
}

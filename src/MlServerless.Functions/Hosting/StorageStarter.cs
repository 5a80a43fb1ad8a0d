using MlServerless.Pipelines.Ports;

namespace MlServerless.Functions.Hosting;

/// <summary>Creates what storage lacks while the app already answers. On Azure the deployment has created it all, and this finds nothing to do.</summary>
internal sealed class StorageStarter(IPipelineStorage storage, ILogger<StorageStarter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.EnsureCreatedAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // The app stays up: /health/ready says so, and what needs the missing part fails with its name.
            logger.LogError(exception, "Containers, tables and queues could not be made ready");
        }
    }
}

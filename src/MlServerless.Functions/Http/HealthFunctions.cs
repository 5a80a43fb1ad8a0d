using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Ports;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Probes.</summary>
public sealed class HealthFunctions(IPipelineStorage storage, ILogger<HealthFunctions> logger)
{
    [Function(nameof(HealthLive))]
    [OpenToAll]
    public IResult HealthLive([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Api.Json(new JsonObject { ["status"] = "live" });

    /// <summary>Ready when storage answers.</summary>
    [Function(nameof(HealthReady))]
    [OpenToAll]
    public async Task<IResult> HealthReady([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await storage.PingAsync(cancellationToken);
            return Api.Json(new JsonObject { ["status"] = "ready" });
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Anybody may ask this, so the cause goes to the log alone.
            logger.LogError(exception, "Storage does not answer");
            return Api.Json(new JsonObject { ["status"] = "not ready", ["reason"] = "storage does not answer; see the log" }, StatusCodes.Status503ServiceUnavailable);
        }
    }
}

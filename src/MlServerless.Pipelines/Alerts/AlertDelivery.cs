using System.Net.Http.Headers;
using System.Text.Json;
using MlServerless.Pipelines.Ports;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Alerts;

/// <summary>Brings alerts to where people look: as events on the queue <c>model-events</c>, and to a webhook where the settings name one.</summary>
public sealed class AlertDelivery(IPipelineStorage storage, PipelineOptions options, HttpClient http, ILogger<AlertDelivery> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Delivers at least once: who gets the same id again knows it.</summary>
    /// <returns>False where it must be tried again.</returns>
    public async Task<bool> DeliverAsync(Alert alert, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(AlertEvent.Of(alert), PipelineJson.Default.AlertEvent);
        try
        {
            await storage.Events.SendAsync(System.Text.Encoding.UTF8.GetString(json), null, cancellationToken);
            if (options.AlertWebhook is { } webhook)
                await PostAsync(webhook, json, cancellationToken);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(exception, "Alert {Alert} could not be delivered; it is tried again", alert.Id);
            return false;
        }
    }

    private async Task PostAsync(Uri webhook, byte[] json, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage answer = await http.PostAsync(webhook, content, limit.Token);
        answer.EnsureSuccessStatusCode();
    }
}

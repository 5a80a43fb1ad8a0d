using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Alerts;

/// <summary>Looks at what every pipeline was promised, and settles its alerts.</summary>
public sealed class AlertTimer(IPipelineStorage storage, SourceWatch sources, AlertBook alerts, ILogger<AlertTimer> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HashSet<string> alerted = await alerts.ListOpenAsync(null, cancellationToken).Select(alert => alert.Pipeline).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        List<string> names = await storage.Specs.ListNamesAsync(cancellationToken).ToListAsync(cancellationToken);
        foreach (string pipeline in names.Union(alerted, StringComparer.Ordinal))
        {
            try
            {
                await LookAsync(pipeline, alerted.Contains(pipeline), cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One pipeline that cannot be read must not keep the others unwatched.
                logger.LogError(exception, "The promises to pipeline {Pipeline} could not be looked at", pipeline);
            }
        }
    }

    private async Task LookAsync(string pipeline, bool isAlerted, CancellationToken cancellationToken)
    {
        PipelineSpec? spec = await storage.Specs.FindAsync(pipeline, cancellationToken) is { } stored ? SpecParser.Parse(stored.Json) : null;
        if (spec?.Source is { } source)
            await alerts.SettleAsync(pipeline, AlertParties.Of(spec), SourceWatch.Kinds, await sources.FindAsync(pipeline, source, cancellationToken), cancellationToken);
        else if (isAlerted)
            await alerts.SettleAsync(pipeline, AlertParties.None, SourceWatch.Kinds, [], cancellationToken);
    }
}

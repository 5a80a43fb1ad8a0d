using System.Text.Json;
using MlServerless.Functions.Orchestrations;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Uploads;
using MlServerless.Worker;
using Microsoft.Extensions.Logging;

namespace MlServerless.Functions.Queues;

/// <summary>The queues: events of uploads, and commands. Only here orchestrations are started.</summary>
public sealed class QueueFunctions(UploadIntake intake, RunStarter starter, ErasureService erasures, BatchService batches, ILogger<QueueFunctions> logger)
{
    /// <summary>Claims a run for every new upload. An event that is delivered again finds its run claimed.</summary>
    [Function(nameof(OnUpload))]
    public async Task<OrchestrationStarts> OnUpload([QueueTrigger("dataset-events")] QueueMessage message, CancellationToken cancellationToken)
    {
        OrchestrationStarts starts = OrchestrationStarts.None;
        try
        {
            foreach (UploadEvent upload in UploadEventParser.Parse(message.Text))
            {
                if (await intake.TakeAsync(upload, cancellationToken) is { } run)
                    starts = starts.And(Orchestrators.Training, run.InstanceId, run);
            }
        }
        catch (JsonException exception)
        {
            // Trying again would not mend it, and the sweep finds the upload if there was one.
            logger.LogError(exception, "Message {Id} on dataset-events is not JSON and was dropped", message.Id);
        }

        return starts;
    }

    [Function(nameof(OnCommand))]
    public async Task<OrchestrationStarts> OnCommand([QueueTrigger("commands")] QueueMessage message, CancellationToken cancellationToken)
    {
        Command command;
        try
        {
            command = Command.Parse(message.Text);
        }
        catch (JsonException exception)
        {
            logger.LogError(exception, "Message {Id} on commands is no command and was dropped", message.Id);
            return OrchestrationStarts.None;
        }

        if (command.Erasure is { } erasure)
            await erasures.ContinueAsync(erasure, cancellationToken);
        if (command.Batch is { } batch)
            return await batches.TryTakeAsync(batch, cancellationToken) ? OrchestrationStarts.Of(Orchestrators.Batch, batch.InstanceId, batch) : OrchestrationStarts.None;
        return command.Run is { } run && await starter.TryTakeAsync(run, cancellationToken) is { } record
            ? OrchestrationStarts.Of(Orchestrators.Of(record), run.InstanceId, run)
            : OrchestrationStarts.None;
    }
}

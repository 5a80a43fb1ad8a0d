using MlServerless.Worker;

namespace MlServerless.DevHost.TestApp;

public sealed class MessageFunctions(Traces traces)
{
    /// <summary>Starts the orchestration that a message asks for.</summary>
    [Function("OnJob")]
    public Task<OrchestrationStarts> OnJob([QueueTrigger("%JobsQueue%")] QueueMessage message, CancellationToken cancellationToken)
    {
        traces.Write($"job {message.DequeueCount} {message.Text}");
        var job = System.Text.Json.JsonSerializer.Deserialize<Job>(message.Text, System.Text.Json.JsonSerializerOptions.Web)!;
        return job.Mode == "fail"
            ? throw new InvalidOperationException("This job fails.")
            : Task.FromResult(OrchestrationStarts.Of("Pipeline", job.Id, job));
    }

    [Function("OnBlob")]
    public void OnBlob([QueueTrigger("%EventsQueue%")] QueueMessage message) => traces.Write("blob " + message.Text);

    [Function("Tick")]
    public void Tick([TimerTrigger("%TickSchedule%")] TimerInfo timer) => traces.Write($"tick {timer.IsPastDue}");
}

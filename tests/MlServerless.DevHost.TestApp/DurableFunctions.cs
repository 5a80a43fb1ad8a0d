using MlServerless.Worker;
using MlServerless.Worker.Durable;

namespace MlServerless.DevHost.TestApp;

public sealed class DurableFunctions(Traces traces)
{
    private static readonly TaskOptions Retried = new(new RetryPolicy(5, TimeSpan.FromMilliseconds(100)));

    /// <summary>Two activities, the second on the result of the first.</summary>
    [Function("Pipeline")]
    public async Task<string> Pipeline([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var job = context.GetInput<Job>()!;
        context.SetCustomStatus("preparing");
        var prepared = await context.CallActivityAsync<string>("Prepare", job, Retried);
        if (job.Mode == "event")
            prepared += await context.WaitForExternalEvent<string>("go");
        if (job.Mode == "timer")
            await context.CreateTimer(TimeSpan.FromMilliseconds(200));
        context.SetCustomStatus("working");
        return await context.CallActivityAsync<string>("Work", job with { Id = prepared }, Retried);
    }

    /// <summary>Runs pipelines as its children.</summary>
    [Function("Parent")]
    public async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var jobs = context.GetInput<Job[]>()!;
        var results = await Task.WhenAll(jobs.Select(job => context.CallSubOrchestratorAsync<string>("Pipeline", job)));
        return string.Join(',', results);
    }

    [Function("Prepare")]
    public string Prepare([ActivityTrigger] Job input)
    {
        traces.Write($"prepare {input.Id}");
        return input.Id + "-prepared";
    }

    /// <summary>In the mode "gate" goes on only when the test lets it.</summary>
    [Function("Work")]
    public async Task<string> Work([ActivityTrigger] Job input, CancellationToken cancellationToken)
    {
        traces.Write($"work {input.Id} {Environment.ProcessId}");
        if (input.Mode == "gate")
            await traces.WaitForAsync("work.gate", cancellationToken);
        if (input.Mode == "broken")
            throw new NonRetriableException("This work is broken.");
        return input.Id + "-worked";
    }
}

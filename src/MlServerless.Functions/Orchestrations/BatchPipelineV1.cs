using MlServerless.Functions.Activities;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;
using MlServerless.Worker.Durable;

namespace MlServerless.Functions.Orchestrations;

/// <summary>The way of one batch job: cut the input, score the parts side by side, put the output together.</summary>
/// <remarks>Once released, a version is never changed in what it calls: a new one gets a new name, and the old one stays as long as its jobs may be under way.</remarks>
public sealed class BatchPipelineV1
{
    // Enough for all instances, and a job whose parts fail ends before the other thousand were tried.
    private const int PartsAtOnce = 100;

    [Function(nameof(BatchPipelineV1))]
    public async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        BatchRef batch = context.GetInput<BatchRef>()!;
        var steps = new StepCalls(context);
        try
        {
            int parts = await steps.CallAsync<int>(nameof(BatchActivities.PlanBatch), batch);
            if (parts == 0)
                return "ended";
            foreach (int[] wave in Enumerable.Range(0, parts).Chunk(PartsAtOnce))
            {
                bool[] done = await Task.WhenAll(wave.Select(part => steps.CallAsync<bool>(nameof(BatchActivities.ScoreBatchPart), new BatchPartInput(batch, part))));
                if (!done.All(static goesOn => goesOn))
                    return "ended";
            }

            return await steps.CallAsync<bool>(nameof(BatchActivities.FinishBatch), batch) ? "completed" : "ended";
        }
        catch (TaskFailedException failure)
        {
            await steps.CallAsync<bool>(nameof(BatchActivities.FailBatch), new BatchFailInput(batch, new RunError(failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage, failure.TaskName)));
            return "failed";
        }
    }
}

using MlServerless.Functions.Activities;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;
using MlServerless.Worker.Durable;

namespace MlServerless.Functions.Orchestrations;

/// <summary>The rest of a run to whose promotion somebody has agreed: its gates are measured again, and it is promoted if they still pass.</summary>
public sealed class PromotionPipelineV1
{
    [Function(nameof(PromotionPipelineV1))]
    public async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        RunRef run = context.GetInput<RunRef>()!;
        var steps = new StepCalls(context);
        try
        {
            await steps.CallAsync<bool>(nameof(RunActivities.Promote), run);
            await steps.CallAsync<bool>(nameof(RunActivities.Complete), run);
            return "completed";
        }
        catch (TaskFailedException failure) when (StepCalls.IsStale(failure))
        {
            await steps.CallAsync<bool>(nameof(RunActivities.CleanUp), run);
            return "ended";
        }
        catch (TaskFailedException failure)
        {
            await steps.CallAsync<bool>(nameof(RunActivities.Fail), new FailInput(run, new RunError(failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage, null)));
            return "failed";
        }
    }
}

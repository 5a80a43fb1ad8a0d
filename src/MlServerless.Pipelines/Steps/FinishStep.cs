using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>The last step: ends the run and deletes its checkpoints.</summary>
public sealed class FinishStep(StepRunner runner, RunLog runs, IPipelineStorage storage)
{
    public Task<bool> CompleteAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(
            run,
            "finish",
            null,
            async step =>
            {
                await storage.Checkpoints.DeleteAsync(run.RunId + "/", step.CancellationToken);
                await step.EndRunAsync(RunStatus.Completed);
                return true;
            },
            cancellationToken);

    /// <summary>Ends the run as failed, unless it has ended already: repeated after it was killed, what is left is to clean up.</summary>
    public async Task<bool> FailAsync(RunRef run, RunError error, CancellationToken cancellationToken)
    {
        try
        {
            await runs.UpdateAsync(run, record => runner.Ended(record, RunStatus.Failed, error with { Stage = record.Stage }), cancellationToken);
        }
        catch (StaleRunException)
        {
            // Ended by an execution before this one or by somebody else, or a later attempt is at it.
        }

        return await CleanUpAsync(run, cancellationToken);
    }

    /// <summary>Deletes the checkpoints of a run that has ended by itself; those of a run with a later attempt under way stay.</summary>
    public async Task<bool> CleanUpAsync(RunRef run, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(run.Pipeline, run.RunId, cancellationToken) is { HasEnded: true })
            await storage.Checkpoints.DeleteAsync(run.RunId + "/", cancellationToken);
        return true;
    }
}

using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Whether it is the run's turn to be gated. Runs of one pipeline are gated in the serial order of their data, so that runs that overlap
/// leave the champion that they would have left one after the other. A run that is passed over because its step keeps killing the process does not promote by
/// itself, should it recover: its data are older.
/// </summary>
public sealed class TurnStep(StepRunner runner, RunLog runs)
{
    /// <summary>The stage of runs that wait.</summary>
    public const string Stage = "await-turn";

    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, Stage, null, IsMyTurnAsync, cancellationToken);

    private async Task<bool> IsMyTurnAsync(StepContext step)
    {
        if (step.Record.IsAside)
            return true;
        await foreach (RunRecord other in runs.ListActiveAsync(step.Record.Pipeline, step.CancellationToken))
        {
            if (other.Id != step.Record.Id && !other.IsAside && RunOrder.ComesBefore(other, step.Record) && !RunOrder.IsBackingOff(other))
                return false;
        }

        return true;
    }
}

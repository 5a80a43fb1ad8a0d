using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Whether it is the run's turn to be gated. Runs of one pipeline are gated in the serial order of their data, so that runs that overlap
/// leave the champion that they would have left one after the other.
/// </summary>
public sealed class TurnStep(StepRunner runner, RunLog runs)
{
    /// <summary>The stage of runs that wait.</summary>
    public const string Stage = "await-turn";

    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, Stage, null, IsMyTurnAsync, cancellationToken);

    private async Task<bool> IsMyTurnAsync(StepContext step)
    {
        await foreach (RunRecord other in runs.ListActiveAsync(step.Record.Pipeline, step.CancellationToken))
        {
            if (other.Id != step.Record.Id && ComesBefore(other, step.Record) && !IsBackingOff(other))
                return false;
        }

        return true;
    }

    private static bool ComesBefore(RunRecord other, RunRecord mine)
    {
        int order = string.CompareOrdinal(other.DataOrder, mine.DataOrder);
        return order != 0 ? order < 0 : string.CompareOrdinal(other.Id, mine.Id) < 0;
    }

    /// <summary>A run whose step keeps killing the process holds nobody up; should it recover, its older data will not promote by itself.</summary>
    private static bool IsBackingOff(RunRecord run) => run.OpenSteps.Any(step => step.NotBefore is not null);
}

using MlServerless.Data;
using MlServerless.Functions.Activities;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Worker;
using MlServerless.Worker.Durable;
using Microsoft.Extensions.Logging;

namespace MlServerless.Functions.Orchestrations;

/// <summary>
/// The way of one run: pin the spec, ingest, scan the parts, wait for the checks of earlier uploads, compose the window, check, prepare, train the candidates, evaluate the best, package, register, wait for the turn,
/// promote. What the steps hand on stands on the run's record; only references travel here. A repetition reads what is stored first, and is compared instead of registered.
/// </summary>
/// <remarks>Once released, a version is never changed in what it calls: a new one gets a new name, and the old one stays as long as its runs may be under way.</remarks>
public sealed class TrainingPipelineV2
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    [Function(nameof(TrainingPipelineV2))]
    public async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        RunRef run = context.GetInput<RunRef>()!;
        ILogger logger = context.CreateReplaySafeLogger<TrainingPipelineV2>();
        var steps = new StepCalls(context);
        try
        {
            return await RunStepsAsync(context, steps, run);
        }
        catch (TaskFailedException failure) when (StepCalls.IsStale(failure))
        {
            // The run ended by itself (superseded, lost), or a later attempt is at it.
            logger.LogInformation("Run {RunId} attempt {Attempt}: {Reason}", run.RunId, run.Attempt, failure.FailureDetails.ErrorMessage);
            await steps.CallAsync<bool>(nameof(RunActivities.CleanUp), run);
            return "ended";
        }
        catch (TaskFailedException failure)
        {
            logger.LogError("Run {RunId} failed in {Step}: {Error}", run.RunId, failure.TaskName, failure.FailureDetails.ErrorMessage);
            return await FailAsync(steps, run, failure.FailureDetails);
        }
    }

    private static async Task<string> RunStepsAsync(TaskOrchestrationContext context, StepCalls steps, RunRef run)
    {
        context.SetCustomStatus("pin");
        PinResult pinned = await steps.CallAsync<PinResult>(nameof(RunActivities.Pin), run);
        if (pinned.IsVerification && !await steps.CallAsync<bool>(nameof(RunActivities.VerifyContent), run))
            return "damaged";
        context.SetCustomStatus("ingest");
        if ((pinned.Parts ?? await steps.CallAsync<int?>(nameof(RunActivities.Ingest), run)) is not { } parts)
            return "rejected";
        if (pinned.IsOpaque)
            return await EndAsync(steps, run, pinned);

        context.SetCustomStatus("check");
        ContentHash[] scans = await ScanAsync(steps, run, [.. Enumerable.Range(0, parts)], ofWindow: false);
        await WaitAsync(context, steps, nameof(RunActivities.AwaitChecks), run);
        if (pinned.IsWindowed)
            scans = [.. await ScanWindowAsync(steps, run), .. scans];
        if (!await steps.CallAsync<bool>(nameof(RunActivities.Check), new CheckInput(run, scans)))
            return pinned.IsVerification ? await EndAsync(steps, run, pinned) : "rejected";
        if (pinned.IsCheckedOnly)
            return await EndAsync(steps, run, pinned);
        context.SetCustomStatus("train");
        await steps.CallAsync<bool>(nameof(RunActivities.Prepare), run);
        CandidateRecord[] trained = await Task.WhenAll(pinned.Candidates.Select((name, index) => steps.CallAsync<CandidateRecord>(nameof(RunActivities.Train), new CandidateInput(run, index, name))));
        context.SetCustomStatus("evaluate");
        await steps.CallAsync<bool>(nameof(RunActivities.Evaluate), new EvaluateInput(run, trained));
        await steps.CallAsync<long>(nameof(RunActivities.Package), run);
        if (pinned.IsVerification)
            return await EndAsync(steps, run, pinned);
        await steps.CallAsync<int>(nameof(RunActivities.Register), run);
        context.SetCustomStatus("promote");
        await WaitAsync(context, steps, nameof(RunActivities.AwaitTurn), run);
        await steps.CallAsync<bool>(nameof(RunActivities.Promote), run);
        await steps.CallAsync<bool>(nameof(RunActivities.Complete), run);
        return "completed";
    }

    private static async Task<string> EndAsync(StepCalls steps, RunRef run, PinResult pinned)
    {
        await steps.CallAsync<bool>(pinned.IsVerification ? nameof(RunActivities.CompareRuns) : nameof(RunActivities.Complete), run);
        return "completed";
    }

    private static Task<ContentHash[]> ScanAsync(StepCalls steps, RunRef run, IReadOnlyList<int> parts, bool ofWindow) =>
        Task.WhenAll(parts.Select(part => steps.CallAsync<ContentHash>(nameof(RunActivities.ScanPart), new PartInput(run, part, ofWindow))));

    /// <summary>The scans of the uploads before the run's own: those that runs before have made, and the others made now.</summary>
    private static async Task<ContentHash[]> ScanWindowAsync(StepCalls steps, RunRef run)
    {
        ComposeResult window = await steps.CallAsync<ComposeResult>(nameof(RunActivities.Compose), run);
        int[] missing = [.. window.Scans.Index().Where(scan => scan.Item is null).Select(scan => scan.Index)];
        ContentHash[] made = await ScanAsync(steps, run, missing, ofWindow: true);
        ContentHash[] scans = [.. window.Scans.Select(scan => scan.GetValueOrDefault())];
        for (int i = 0; i < missing.Length; i++)
            scans[missing[i]] = made[i];
        return scans;
    }

    /// <summary>Asks again and again, less and less often, until the activity says yes.</summary>
    private static async Task WaitAsync(TaskOrchestrationContext context, StepCalls steps, string activity, RunRef run)
    {
        TimeSpan delay = FirstDelay;
        while (!await steps.CallAsync<bool>(activity, run))
        {
            await context.CreateTimer(delay);
            delay = delay * 1.5 < LongestDelay ? delay * 1.5 : LongestDelay;
        }
    }

    private static async Task<string> FailAsync(StepCalls steps, RunRef run, TaskFailureDetails failure)
    {
        await steps.CallAsync<bool>(nameof(RunActivities.Fail), new FailInput(run, new RunError(failure.ErrorType, failure.ErrorMessage, null)));
        return "failed";
    }
}

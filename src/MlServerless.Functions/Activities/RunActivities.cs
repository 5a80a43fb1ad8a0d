using MlServerless.Data;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.Functions.Activities;

/// <summary>The steps of a run as activities.</summary>
public sealed class RunActivities(IServiceProvider services)
{
    [Function(nameof(Pin))]
    public Task<PinResult> Pin([ActivityTrigger] RunRef run, FunctionContext context, CancellationToken cancellationToken) =>
        Step<PinStep>().RunAsync(run, context.HostVersion, cancellationToken);

    [Function(nameof(Ingest))]
    public Task<int?> Ingest([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<IngestStep>().RunAsync(run, cancellationToken);

    [Function(nameof(ScanPart))]
    public Task<ContentHash> ScanPart([ActivityTrigger] PartInput input, CancellationToken cancellationToken) =>
        Step<ScanStep>().RunAsync(input.Run, input.Part, input.OfWindow, cancellationToken);

    [Function(nameof(AwaitChecks))]
    public Task<bool> AwaitChecks([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<EarlierChecksStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Compose))]
    public Task<ComposeResult> Compose([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<ComposeStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Check))]
    public Task<bool> Check([ActivityTrigger] CheckInput input, CancellationToken cancellationToken) =>
        Step<CheckStep>().RunAsync(input.Run, input.Scans, cancellationToken);

    [Function(nameof(Prepare))]
    public Task<bool> Prepare([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<PrepareStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Train))]
    public Task<CandidateRecord> Train([ActivityTrigger] CandidateInput input, CancellationToken cancellationToken) =>
        Step<TrainStep>().RunAsync(input.Run, input.Candidate, input.Name, cancellationToken);

    [Function(nameof(Evaluate))]
    public Task<bool> Evaluate([ActivityTrigger] EvaluateInput input, CancellationToken cancellationToken) =>
        Step<EvaluateStep>().RunAsync(input.Run, input.Trained, cancellationToken);

    [Function(nameof(Package))]
    public Task<long> Package([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<PackageStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Register))]
    public Task<int> Register([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<RegisterStep>().RunAsync(run, cancellationToken);

    [Function(nameof(AwaitTurn))]
    public Task<bool> AwaitTurn([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<TurnStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Promote))]
    public Task<bool> Promote([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<PromoteStep>().RunAsync(run, cancellationToken);

    [Function(nameof(VerifyContent))]
    public Task<bool> VerifyContent([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<VerifyContentStep>().RunAsync(run, cancellationToken);

    [Function(nameof(CompareRuns))]
    public Task<bool> CompareRuns([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<VerifyStep>().RunAsync(run, cancellationToken);

    [Function(nameof(Complete))]
    public Task<bool> Complete([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<FinishStep>().CompleteAsync(run, cancellationToken);

    [Function(nameof(Fail))]
    public Task<bool> Fail([ActivityTrigger] FailInput input, CancellationToken cancellationToken) =>
        Step<FinishStep>().FailAsync(input.Run, input.Error, cancellationToken);

    [Function(nameof(CleanUp))]
    public Task<bool> CleanUp([ActivityTrigger] RunRef run, CancellationToken cancellationToken) =>
        Step<FinishStep>().CleanUpAsync(run, cancellationToken);

    // Resolved by need: an instance of this class is made for every call and uses one of a dozen steps.
    private T Step<T>()
        where T : notnull => services.GetRequiredService<T>();
}

using MlServerless.Pipelines.Batches;
using MlServerless.Worker;

namespace MlServerless.Functions.Activities;

/// <summary>The steps of a batch job as activities.</summary>
public sealed class BatchActivities(BatchSteps steps)
{
    [Function(nameof(PlanBatch))]
    public Task<int> PlanBatch([ActivityTrigger] BatchRef batch, CancellationToken cancellationToken) => steps.PlanAsync(batch, cancellationToken);

    [Function(nameof(ScoreBatchPart))]
    public Task<bool> ScoreBatchPart([ActivityTrigger] BatchPartInput input, CancellationToken cancellationToken) => steps.ScoreAsync(input.Batch, input.Part, cancellationToken);

    [Function(nameof(FinishBatch))]
    public Task<bool> FinishBatch([ActivityTrigger] BatchRef batch, CancellationToken cancellationToken) => steps.FinishAsync(batch, cancellationToken);

    [Function(nameof(FailBatch))]
    public Task<bool> FailBatch([ActivityTrigger] BatchFailInput input, CancellationToken cancellationToken) => steps.FailAsync(input.Batch, input.Error, cancellationToken);
}

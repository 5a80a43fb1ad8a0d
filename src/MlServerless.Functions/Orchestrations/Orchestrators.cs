using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Orchestrations;

/// <summary>Which orchestrator a run is started with: always the newest version of its kind.</summary>
internal static class Orchestrators
{
    public const string Training = nameof(TrainingPipelineV2);

    public const string Promotion = nameof(PromotionPipelineV1);

    public const string Batch = nameof(BatchPipelineV1);

    public static string Of(RunRecord run) => run is { Approval.IsApproved: true } ? Promotion : Training;
}

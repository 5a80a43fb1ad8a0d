using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>What differs between two runs.</summary>
public sealed class RunDiffFunctions(RunDiffs diffs)
{
    /// <summary>Data, spec, code, stages, metrics with intervals and paired tests, importance, and predictions that flipped, both models scored on one hold-out.</summary>
    [Function(nameof(GetRunDiff))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetRunDiff([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/runs/{a}/diff/{b}")] HttpRequest request, string a, string b, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => new BytesResult(
            CanonicalJson.Serialize(await diffs.CompareAsync(a, b, cancellationToken), PipelineJson.Default.RunDiff), StatusCodes.Status200OK, "application/json"));
}

using MlServerless.Functions.Security;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Predictions in the project's own form and in the V1 inference protocol.</summary>
public sealed class PredictionFunctions(PredictionCalls calls)
{
    /// <summary>With <c>?explain=true</c> every prediction says what each column added to it. Rows as NDJSON or CSV are answered line by line, each on its own.</summary>
    [Function(nameof(Predict))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> Predict(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/predict", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        PredictionCalls.FormatOf(request.ContentType) is { } format
            ? calls.AnswerRowsAsync(request, name, format, cancellationToken)
            : calls.AnswerAsync(request, name, null, () => new RowsRequest(Requests.Flag(request, "explain")), Api.Problem, cancellationToken);

    [Function(nameof(PredictInstances))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> PredictInstances(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/models/{name}:predict", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        calls.AnswerAsync(request, name, null, new InstancesRequest(), PredictionCalls.RefuseWithText, cancellationToken);

    [Function(nameof(ExplainInstances))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> ExplainInstances(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/models/{name}:explain", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        calls.AnswerAsync(request, name, null, new InstancesRequest(explain: true), PredictionCalls.RefuseWithText, cancellationToken);
}

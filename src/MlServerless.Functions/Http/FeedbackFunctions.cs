using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>What turned out to be true.</summary>
public sealed class FeedbackFunctions(FeedbackService feedback)
{
    [Function(nameof(TakeFeedback))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> TakeFeedback(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/feedback")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(new JsonObject { ["taken"] = await feedback.TakeAsync(name, await Api.ReadBodyAsync(request, cancellationToken), cancellationToken) }));
}

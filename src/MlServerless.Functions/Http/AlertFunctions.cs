using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Alerts.</summary>
public sealed class AlertFunctions(AlertBook alerts)
{
    private const int DefaultListed = 100;
    private const int MaxListed = 1000;

    /// <summary>Open alerts first, all of them, then the resolved ones page by page, the last one resolved first.</summary>
    [Function(nameof(ListAlerts))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListAlerts([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/alerts")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            string? pipeline = request.Query.TryGetValue("pipeline", out var name) ? PipelineName.Require(name) : null;
            string state = request.Query.TryGetValue("state", out var asked) ? asked.ToString() : "all";
            if (state is not ("open" or "resolved" or "all"))
                throw ProblemException.BadRequest($"'{state}' is no state of alerts.", "Ask for ?state=open, ?state=resolved or ?state=all.");
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            string? after = request.Query.TryGetValue("after", out var token) ? token.ToString() : null;
            List<Alert> open = state == "resolved" || after is not null ? [] : await alerts.ListOpenAsync(pipeline, cancellationToken).ToListAsync(cancellationToken);
            AlertPage resolved = state == "open" ? new AlertPage([], null) : await alerts.ListResolvedAsync(pipeline, limit, after, cancellationToken);
            return Api.Json(new JsonObject
            {
                ["alerts"] = new JsonArray([.. open.OrderByDescending(alert => alert.OpenedAt).Concat(resolved.Alerts).Select(Views.Alert)]),
                ["next"] = resolved.Next,
            });
        });
}

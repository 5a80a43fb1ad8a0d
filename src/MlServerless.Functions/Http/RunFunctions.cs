using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Runs.</summary>
public sealed class RunFunctions(RunLog runs, IPipelineStorage storage)
{
    [Function(nameof(GetRun))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetRun([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/runs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            if (!RunId.IsValid(id))
                throw ProblemException.BadRequest("That is not a run id.", "A run id is 't-' and 32 hex digits, e.g. t-0123456789abcdef0123456789abcdef.");
            RunRecord run = await runs.FindAsync(id, cancellationToken)
                ?? throw ProblemException.NotFound($"There is no run '{id}'.", "GET /api/pipelines/{name}/runs lists the runs of a pipeline.");
            JsonObject view = Views.Run(run);
            if (run.ReportHash is { } report)
                view["report"] = JsonNode.Parse(await storage.Content.ReadAsync(report, cancellationToken));
            return Api.Json(view);
        });
}

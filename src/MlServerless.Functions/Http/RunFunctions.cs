using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Runs.</summary>
public sealed class RunFunctions(RunControl control, RunSearch search, IPipelineStorage storage, Callers callers)
{
    private const int DefaultListed = 50;
    private const int MaxListed = 500;

    [Function(nameof(GetRun))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetRun([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/runs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            RunRecord run = await control.RequireAsync(id, cancellationToken);
            JsonObject view = Views.Run(run);
            view["cache"] = new JsonArray([.. run.Traces.Where(trace => trace.Cache is not null).Select(Views.Cache)]);
            if (run.ReportHash is { } report)
                view["report"] = JsonNode.Parse(await storage.Content.ReadAsync(report, cancellationToken));
            return Api.Json(view);
        });

    /// <summary>Runs of all pipelines, the newest first: <c>?pipeline=</c>, <c>?status=</c>, <c>?mode=</c>, <c>?since=</c> and metrics of the hold-out, <c>?auc&gt;0.8</c>.</summary>
    [Function(nameof(SearchRuns))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> SearchRuns([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/runs")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            RunPage page = await search.FindAsync(RunQueries.Read(request), limit, Requests.Query(request, "after"), cancellationToken);
            return Api.Json(new JsonObject { ["runs"] = new JsonArray([.. page.Runs.Select(Views.Run)]), ["next"] = page.Next });
        });

    /// <summary>What the run was made from and what it made, by hash; and beside it what it took in time, processor and memory.</summary>
    [Function(nameof(GetManifest))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetManifest([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/runs/{id}/manifest")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            RunRecord run = await control.RequireAsync(id, cancellationToken);
            if (run.ManifestHash is not { } hash)
                throw new ProblemException(409, $"Run {id} has no manifest yet.", "It gets one when it ends.");
            return Api.Json(new JsonObject
            {
                ["runId"] = run.Id,
                ["manifestHash"] = hash.Hex,
                ["manifest"] = JsonNode.Parse(await storage.Content.ReadAsync(hash, cancellationToken)),
                ["stages"] = JsonSerializer.SerializeToNode(run, PipelineJson.Default.RunRecord)!["stages"]!.DeepClone(),
                ["hostVersion"] = run.HostVersion,
            });
        });

    /// <summary>Ends a run: <c>{"who": "…", "why": "…"}</c>.</summary>
    [Function(nameof(CancelRun))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> CancelRun([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/runs/{id}/cancel", MaxBodyBytes = 16 * 1024)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(Views.Run(await control.CancelAsync(id, await ActorAsync(request, cancellationToken), cancellationToken))));

    /// <summary>Agrees to a promotion: <c>{"who": "…", "why": "…"}</c>. The gates are measured again.</summary>
    [Function(nameof(ApproveRun))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> ApproveRun([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/runs/{id}/approve", MaxBodyBytes = 16 * 1024)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            RunRecord run = await control.ApproveAsync(id, await ActorAsync(request, cancellationToken), cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/runs/{run.Id}";
            return Api.Json(Views.Run(run), StatusCodes.Status202Accepted);
        });

    /// <summary>Does not agree to a promotion: <c>{"who": "…", "why": "…"}</c>.</summary>
    [Function(nameof(RejectRun))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> RejectRun([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/runs/{id}/reject", MaxBodyBytes = 16 * 1024)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(Views.Run(await control.RejectAsync(id, await ActorAsync(request, cancellationToken), cancellationToken))));

    /// <summary>Repeats a run from its manifest and compares: 202 with the repetition, whose <c>verification</c> says what came of it.</summary>
    [Function(nameof(VerifyRun))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> VerifyRun([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/runs/{id}/verify", MaxBodyBytes = 16 * 1024)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            RunRecord repetition = await control.VerifyAsync(id, Requests.IdempotencyKey(request), cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/runs/{repetition.Id}";
            return Api.Json(
                new JsonObject { ["runId"] = repetition.Id, ["verifies"] = id, ["pipeline"] = repetition.Pipeline, ["status"] = Views.Status(repetition.Status) },
                StatusCodes.Status202Accepted);
        });

    private async Task<Actor> ActorAsync(HttpRequest request, CancellationToken cancellationToken) =>
        callers.Actor(request, await Api.ReadObjectAsync(request, ["who", "why"], cancellationToken));
}

using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Reports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Drift reports: canonical JSON, or a page for <c>Accept: text/html</c> or <c>?format=html</c>.</summary>
public sealed class DriftFunctions(DriftService drift, AliasService aliases)
{
    [Function(nameof(GetDrift))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDrift([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/drift")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Show(request, await drift.FindLatestAsync(name, cancellationToken)
            ?? throw ProblemException.NotFound($"There is no drift report of model '{name}' yet.", $"Reports come when a window of predictions ends; POST /api/models/{name}/drift writes one now.")));

    [Function(nameof(ListDriftWindows))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListDriftWindows([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/drift/windows")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            var windows = new JsonArray();
            await foreach ((int version, string window, DriftReportEntry entry) in drift.ListWindowsAsync(name, cancellationToken))
            {
                windows.Add(new JsonObject
                {
                    ["version"] = version,
                    ["window"] = window,
                    ["verdict"] = entry.Verdict,
                    ["reason"] = entry.Reason,
                    ["rows"] = entry.Rows,
                    ["reportHash"] = entry.ReportHash.Hex,
                    ["action"] = entry.Action is { } action ? new JsonObject { ["kind"] = action.Kind, ["reason"] = action.Reason, ["runId"] = action.RunId } : null,
                });
            }

            return Api.Json(new JsonObject { ["windows"] = windows });
        });

    [Function(nameof(GetDriftWindow))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDriftWindow(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/drift/windows/{version}/{window}")] HttpRequest request, string name, string version, string window, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Show(request, await drift.FindWindowAsync(name, PredictionCalls.Version(version), window, cancellationToken)
            ?? throw ProblemException.NotFound("There is no report of that window.", $"GET /api/models/{name}/drift/windows lists those that there are.")));

    [Function(nameof(RunDrift))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> RunDrift(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/drift", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, ["dataVersion"], cancellationToken);
            return Show(request, Views.DataVersion(Api.Text(body, "dataVersion")) is { } version
                ? await drift.ReportDataVersionAsync(name, version, cancellationToken)
                : await drift.ReportRecentAsync(name, cancellationToken));
        });

    private static IResult Show(HttpRequest request, StoredDriftReport report)
    {
        IHeaderDictionary headers = request.HttpContext.Response.Headers;
        headers.Vary = "Accept";
        if (!DataRequests.WantsPage(request, "report"))
            return Api.Json(Views.Drift(report));
        headers.ContentSecurityPolicy = DriftReportPage.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        return new BytesResult(DriftReportPage.Build(report), StatusCodes.Status200OK, "text/html; charset=utf-8");
    }
}

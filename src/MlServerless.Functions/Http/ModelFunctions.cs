using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Models: versions and drift.</summary>
public sealed class ModelFunctions(ModelRegistry registry, DriftService drift)
{
    [Function(nameof(GetModel))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetModel([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            List<ModelVersion> versions = await registry.ListVersionsAsync(name, cancellationToken).ToListAsync(cancellationToken);
            if (versions.Count == 0)
                throw ProblemException.NotFound($"There is no model '{name}'.", $"A model comes into being with the first run of pipeline '{name}' that passes its checks.");
            List<ModelAlias> aliases = await registry.ListAliasesAsync(name, cancellationToken).ToListAsync(cancellationToken);
            List<PromotionLogEntry> log = await registry.ListLogAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(Views.Model(name, versions, aliases, log));
        });

    [Function(nameof(GetDrift))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetDrift([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/drift")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => await drift.FindLatestAsync(name, cancellationToken) is { } report
            ? Api.Json(Views.Drift(report))
            : throw ProblemException.NotFound($"There is no drift report of model '{name}' yet.", $"Reports come when a window of predictions ends; POST /api/models/{name}/drift writes one now."));

    [Function(nameof(RunDrift))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> RunDrift(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/drift", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, ["dataVersion"], cancellationToken);
            StoredDriftReport report = Views.DataVersion(Api.Text(body, "dataVersion")) is { } version
                ? await drift.ReportDataVersionAsync(name, version, cancellationToken)
                : await drift.ReportRecentAsync(name, cancellationToken);
            return Api.Json(Views.Drift(report));
        });
}

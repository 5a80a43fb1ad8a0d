using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Pipelines: their specs and the runs they have made.</summary>
public sealed class PipelineFunctions(SpecCatalog specs, IPipelineStorage storage, RunStarter starter, RunLog runs, DataCatalog catalog, AlertBook alerts)
{
    private const int MaxListed = 200;

    [Function(nameof(PutPipeline))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> PutPipeline(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/pipelines/{name}", MaxBodyBytes = SpecParser.MaxBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            string? ifMatch = request.Headers.IfMatch.ToString() is { Length: > 0 } header ? header.Trim('"') : null;
            SavedSpec saved = await specs.SaveAsync(name, await Api.ReadBodyAsync(request, cancellationToken), ifMatch, cancellationToken);
            request.HttpContext.Response.Headers.ETag = $"\"{saved.ETag}\"";
            return Api.Json(
                new JsonObject { ["name"] = saved.Name, ["etag"] = saved.ETag, ["specHash"] = saved.SpecHash.Hex },
                saved.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        });

    [Function(nameof(GetPipeline))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetPipeline([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            StoredSpec spec = await specs.RequireAsync(name, cancellationToken);
            request.HttpContext.Response.Headers.ETag = $"\"{spec.ETag}\"";
            return new BytesResult(spec.Json, StatusCodes.Status200OK, "application/json");
        });

    [Function(nameof(ListPipelines))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListPipelines([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            List<string> names = await storage.Specs.ListNamesAsync(cancellationToken).ToListAsync(cancellationToken);
            List<Alert> open = await alerts.ListOpenAsync(null, cancellationToken).ToListAsync(cancellationToken);
            List<RejectedUpload> rejected = await catalog.ListRejectedAsync(cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject
            {
                ["pipelines"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
                ["openAlerts"] = new JsonArray([.. open.Select(Views.Alert)]),
                ["rejectedUploads"] = new JsonArray([.. rejected.OrderByDescending(upload => upload.RejectedAt).Take(MaxListed).Select(Views.Rejected)]),
            });
        });

    /// <summary>The JSON Schema of specs, for editors.</summary>
    [Function(nameof(GetSpecSchema))]
    [OpenToAll]
    public IResult GetSpecSchema([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/schemas/pipeline.json")] HttpRequest request) =>
        new BytesResult(SpecSchema.Read(), StatusCodes.Status200OK, "application/schema+json");

    [Function(nameof(StartRun))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> StartRun([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/pipelines/{name}/runs", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name);
            JsonObject body = await Api.ReadObjectAsync(request, ["dataVersion", "mode", "fresh"], cancellationToken);
            RunRecord run = await starter.RequestAsync(
                name,
                new RunRequest
                {
                    DataVersion = Views.DataVersion(Api.Text(body, "dataVersion")),
                    IdempotencyKey = Requests.IdempotencyKey(request),
                    Mode = Mode(Api.Text(body, "mode")),
                    Fresh = Requests.Flag(request, "fresh") || Requests.Flag(body, "fresh") == true,
                },
                cancellationToken);
            return Started(request, run);
        });

    /// <summary>Tries a spec against a data version without touching production: <c>{"spec": {…}, "dataVersion": "…"}</c>.</summary>
    [Function(nameof(StartExperiment))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> StartExperiment([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/pipelines/{name}/experiments", MaxBodyBytes = 2 * SpecParser.MaxBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name);
            await specs.RequireAsync(name, cancellationToken);
            JsonObject body = await Api.ReadObjectAsync(request, ["spec", "dataVersion", "fresh"], cancellationToken);
            if (body["spec"] is not JsonObject spec)
                throw ProblemException.BadRequest("'spec' is not a spec.", "Send \"spec\" with the JSON object of a pipeline spec, and \"dataVersion\" for another version than the newest.");
            RunRecord run = await starter.RequestAsync(
                name,
                new RunRequest
                {
                    DataVersion = Views.DataVersion(Api.Text(body, "dataVersion")),
                    IdempotencyKey = Requests.IdempotencyKey(request),
                    Mode = ModelMode.Experiment,
                    Fresh = Requests.Flag(request, "fresh") || Requests.Flag(body, "fresh") == true,
                    SpecHash = await specs.PinAsync(Encoding.UTF8.GetBytes(spec.ToJsonString()), "$.spec", cancellationToken),
                    Trigger = "experiment",
                },
                cancellationToken);
            return Started(request, run);
        });

    private static IResult Started(HttpRequest request, RunRecord run)
    {
        request.HttpContext.Response.Headers.Location = $"/api/runs/{run.Id}";
        return Api.Json(
            new JsonObject { ["runId"] = run.Id, ["pipeline"] = run.Pipeline, ["status"] = Views.Status(run.Status), ["dataVersion"] = (run.RequestedDataVersion ?? run.UploadVersion)?.Hex },
            StatusCodes.Status202Accepted);
    }

    private static ModelMode? Mode(string? text) => text switch
    {
        null => null,
        "production" => ModelMode.Production,
        "experiment" => ModelMode.Experiment,
        _ => throw ProblemException.BadRequest($"'{text}' is no mode of a run.", "Send \"mode\": \"production\" or \"experiment\", or leave it out for what the spec says."),
    };

    [Function(nameof(ListRuns))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListRuns([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines/{name}/runs")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await specs.RequireAsync(name, cancellationToken);
            List<RunRecord> found = await runs.ListAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject
            {
                ["runs"] = new JsonArray([.. found.OrderByDescending(run => run.ClaimedAt).ThenBy(run => run.Id, StringComparer.Ordinal).Take(MaxListed).Select(Views.Run)]),
                ["total"] = found.Count,
            });
        });
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Predictions for files of rows, as jobs.</summary>
public sealed class BatchFunctions(BatchService batches, PredictionCalls calls, AliasService aliases, IPipelineStorage storage)
{
    private const int DefaultListed = 50;
    private const int MaxListed = 500;

    private static readonly string[] Fields = ["blob", "version", "format", "delimiter", "output", "monitored"];
    private static readonly string[] Internal = ["ref", "hasEnded", "startedAttempt", "inputETag", "inputVersionId", "window", "stamp"];

    /// <summary>Takes <c>{"blob": "churn/rows.csv"}</c>, with <c>version</c>, <c>format</c>, <c>delimiter</c>, <c>output</c> and <c>monitored</c> where they are not as usual.</summary>
    [Function(nameof(StartBatch))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> StartBatch(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/batch", MaxBodyBytes = 64 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, Fields, cancellationToken);
            int? version = Requests.Version(body);
            await calls.RequireMayForceAsync(request, PipelineName.Require(name, "model"), version, cancellationToken);
            BatchRecord batch = await batches.RequestAsync(
                name,
                new BatchRequest(Api.Text(body, "blob") ?? throw ProblemException.BadRequest("'blob' is missing.", $"Name a file in the container 'batches': \"blob\": \"{name}/….csv\"."))
                {
                    Version = version,
                    Format = Format(body, "format"),
                    Delimiter = Delimiter(body),
                    OutputFormat = Format(body, "output"),
                    Monitored = Requests.Flag(body, "monitored") ?? true,
                    IdempotencyKey = Requests.IdempotencyKey(request),
                },
                cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/batches/{batch.Id}";
            return Api.Json(await ViewAsync(batch, cancellationToken), StatusCodes.Status202Accepted);
        });

    [Function(nameof(GetBatch))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetBatch([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/batches/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(await ViewAsync(await batches.RequireAsync(id, cancellationToken), cancellationToken)));

    /// <summary>The answers, a line for every row of the input.</summary>
    [Function(nameof(GetBatchOutput))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetBatchOutput([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/batches/{id}/output")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            BatchRecord batch = await batches.RequireAsync(id, cancellationToken);
            if (batch.Status != BatchStatus.Completed)
                throw new ProblemException(409, "The job has no output.", batch.HasEnded ? $"It ended otherwise: GET /api/batches/{id} says how." : $"It goes on; GET /api/batches/{id} says how far it is.");
            UploadInfo output = await storage.Batches.FindAsync(batch.Output, cancellationToken)
                ?? throw new ProblemException(410, "The output is no longer there.", $"Somebody deleted '{batch.Output}' from the container 'batches'; start the job again.");
            Stream stream = await storage.Batches.OpenReadAsync(batch.Output, output.ETag, output.VersionId, 0, cancellationToken);
            request.HttpContext.Response.ContentLength = output.Bytes;
            return Results.Stream(stream, output.ContentType);
        });

    /// <summary>Ends a job.</summary>
    [Function(nameof(CancelBatch))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> CancelBatch([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/batches/{id}/cancel", MaxBodyBytes = 1024)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await Api.ReadObjectAsync(request, [], cancellationToken);
            return Api.Json(await ViewAsync(await batches.CancelAsync(id, cancellationToken), cancellationToken));
        });

    /// <summary>The jobs of a model, the newest first.</summary>
    [Function(nameof(ListBatches))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> ListBatches([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/batches")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            var list = new JsonArray();
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            await foreach (BatchRecord batch in batches.ListAsync(name, cancellationToken).Take(Api.Limit(request, DefaultListed, MaxListed)))
                list.Add(View(batch));
            return Api.Json(new JsonObject { ["batches"] = list });
        });

    private async Task<JsonObject> ViewAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        JsonObject view = View(batch);
        if (batch.Parts is null)
            return view;
        BatchProgress progress = await batches.ProgressAsync(batch, cancellationToken);
        view["partsDone"] = progress.Parts;
        view["predicted"] = progress.Predicted;
        view["refused"] = progress.Refused;
        return view;
    }

    private static JsonObject View(BatchRecord batch)
    {
        JsonObject view = JsonSerializer.SerializeToNode(batch, PipelineJson.Default.BatchRecord)!.AsObject();
        foreach (string field in Internal)
            view.Remove(field);
        return view;
    }

    private static RowsFormat? Format(JsonObject body, string field) => Api.Text(body, field) switch
    {
        null => null,
        "csv" => RowsFormat.Csv,
        "ndjson" => RowsFormat.Ndjson,
        var other => throw ProblemException.BadRequest($"'{other}' is no format.", $"Send \"{field}\": \"csv\" or \"ndjson\", or leave it out."),
    };

    private static char? Delimiter(JsonObject body) => Api.Text(body, "delimiter") switch
    {
        null => null,
        "," or ";" or "|" or "\t" => Api.Text(body, "delimiter")![0],
        "tab" => '\t',
        var other => throw ProblemException.BadRequest($"'{other}' is no delimiter.", "Send one of , ; | or tab, or leave it out to have it detected."),
    };
}

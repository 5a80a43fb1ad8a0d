using System.Text.Json.Nodes;
using System.Text.Json;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Erasure of rows by key.</summary>
public sealed class ErasureFunctions(ErasureService erasures, ErasureLog log, SpecCatalog specs, Callers callers)
{
    private const int MaxListed = 200;

    /// <summary>Takes <c>{"keys": [{"customer_id": "c-17"}], "who": "…", "reason": "…", "retrain": true}</c>.</summary>
    [Function(nameof(EraseRows))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> EraseRows([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/pipelines/{name}/erasures", MaxBodyBytes = 1024 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name);
            JsonObject body = await Api.ReadObjectAsync(request, ["keys", "who", "reason", "retrain"], cancellationToken);
            ErasureRecord erasure = await erasures.RequestAsync(name, Keys(body), callers.Name(request, body), Api.Text(body, "reason"), Requests.Flag(body, "retrain") ?? true, Requests.IdempotencyKey(request), cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/pipelines/{name}/erasures/{erasure.Id}";
            return Api.Json(View(erasure), StatusCodes.Status202Accepted);
        });

    [Function(nameof(GetErasure))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetErasure([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines/{name}/erasures/{id}")] HttpRequest request, string name, string id, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name);
            ErasureRecord? erasure = ErasureRef.IsId(id) ? await log.FindAsync(new ErasureRef(name, id), cancellationToken) : null;
            return erasure is not null
                ? Api.Json(View(erasure))
                : throw ProblemException.NotFound($"Pipeline '{name}' has no erasure '{id}'.", $"GET /api/pipelines/{name}/erasures lists them.");
        });

    [Function(nameof(ListErasures))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListErasures([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines/{name}/erasures")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await specs.RequireAsync(name, cancellationToken);
            List<ErasureRecord> found = await log.ListAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject
            {
                ["erasures"] = new JsonArray([.. found.OrderByDescending(erasure => erasure.RequestedAt).Take(MaxListed).Select(View)]),
                ["total"] = found.Count,
            });
        });

    private static JsonObject View(ErasureRecord erasure)
    {
        // Keys are personal data: they are named by their number and hash only.
        JsonObject view = JsonSerializer.SerializeToNode(erasure with { Keys = [] }, PipelineJson.Default.ErasureRecord)!.AsObject();
        foreach (string field in (string[])["keys", "doneThrough", "ref"])
            view.Remove(field);
        return view;
    }

    private static List<IReadOnlyDictionary<string, string>> Keys(JsonObject body)
    {
        if (body["keys"] is not JsonArray array)
            throw ProblemException.BadRequest("'keys' is not a list.", "Send \"keys\": [{\"{key column}\": \"{value}\"}, …].");
        var keys = new List<IReadOnlyDictionary<string, string>>(array.Count);
        foreach ((int index, JsonNode? item) in array.Index())
        {
            if (item is not JsonObject key || key.Any(field => field.Value is not JsonValue value || value.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Number)))
            {
                throw ProblemException.BadRequest(
                    "A key is not an object of strings.",
                    "Send each key as {\"{key column}\": \"{value}\"}.",
                    [new ProblemDetail(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"$.keys[{index}]"), "expected an object of strings or numbers.")]);
            }

            keys.Add(key.ToDictionary(field => field.Key, field => field.Value!.GetValueKind() == JsonValueKind.String ? field.Value.GetValue<string>() : field.Value.ToJsonString(), StringComparer.Ordinal));
        }

        return keys;
    }
}

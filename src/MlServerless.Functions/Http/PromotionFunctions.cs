using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>The promotion log: who was champion when, by what evidence, and back again.</summary>
public sealed class PromotionFunctions(PromotionLog log, AliasService aliases, ServedModels served, Callers callers)
{
    private const int DefaultListed = 50;
    private const int MaxListed = 500;

    /// <summary>The entries of the log, the newest first; or with <c>?at=</c> where an alias (<c>?alias=</c>, champion) pointed at that time.</summary>
    [Function(nameof(GetHistory))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetHistory([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/history")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            if (Requests.Time(request, "at") is { } at)
                return Api.Json(await AtAsync(name, AliasName.Require(Requests.Query(request, "alias") ?? ModelAlias.Champion), at, cancellationToken));
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            IReadOnlyList<PromotionLogEntry> entries = await log.ListNewestAsync(name, Requests.After(request), limit, cancellationToken);
            return Api.Json(new JsonObject
            {
                ["model"] = name,
                ["history"] = new JsonArray([.. entries.Select(Views.LogEntry)]),
                ["next"] = entries.Count > 0 && entries[^1].Sequence > 1 ? entries[^1].Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            });
        });

    /// <summary>Computes the chain anew and compares it with what was anchored.</summary>
    [Function(nameof(VerifyHistory))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> VerifyHistory([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/history/verify")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            // Also of a model whose rows are gone: what was anchored of it is still there.
            ChainVerification found = await log.VerifyAsync(PipelineName.Require(name, "model"), cancellationToken);
            if (found is { Entries: 0, Anchored: 0 })
                await aliases.RequireModelAsync(name, cancellationToken);
            return Api.Json(JsonSerializer.SerializeToNode(found, PipelineJson.Default.ChainVerification)!);
        });

    /// <summary>Makes the champion before champion again: <c>{"who": "…", "why": "…"}</c>, or a named version with <c>"version"</c>.</summary>
    [Function(nameof(RollBack))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> RollBack([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/rollback", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            JsonObject body = await Api.ReadObjectAsync(request, ["version", "who", "why"], cancellationToken);
            ModelAlias champion = await aliases.RollbackAsync(
                name, Requests.Version(body), Requests.IfMatch(request), callers.Actor(request, body), Requests.IdempotencyKey(request), cancellationToken);
            served.Forget(name);
            request.HttpContext.Response.Headers.ETag = $"\"{champion.ETag}\"";
            return Api.Json(Views.Alias(name, champion));
        });

    private async Task<JsonObject> AtAsync(string model, string alias, DateTimeOffset at, CancellationToken cancellationToken)
    {
        PromotionLogEntry? then = await log.FindAtAsync(model, alias, at, cancellationToken);
        return new JsonObject
        {
            ["model"] = model,
            ["alias"] = alias,
            ["at"] = at,
            ["version"] = then?.ToVersion,
            ["hash"] = then?.ToHash?.Hex,
            ["since"] = then?.At,
            ["entry"] = then is null ? null : Views.LogEntry(then),
        };
    }
}

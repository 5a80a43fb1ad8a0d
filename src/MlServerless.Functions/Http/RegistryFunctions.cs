using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>The registry: models, their versions and aliases.</summary>
public sealed class RegistryFunctions(ModelRegistry registry, AliasService aliases, ServedModels served, ModelImportances importances, Callers callers)
{
    private const int DefaultListed = 50;
    private const int MaxListed = 500;

    /// <summary>Models in the order of their names.</summary>
    [Function(nameof(ListModels))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListModels([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            string? after = Requests.Query(request, "after");
            List<string> names = await registry.ListNamesAsync(cancellationToken)
                .Where(name => after is null || string.CompareOrdinal(name, after) > 0)
                .Take(limit + 1)
                .ToListAsync(cancellationToken);
            var models = new JsonArray();
            foreach (string name in names.Take(limit))
            {
                List<ModelAlias> of = await registry.ListAliasesAsync(name, cancellationToken).ToListAsync(cancellationToken);
                IReadOnlyList<ModelVersion> newest = await registry.ListNewestVersionsAsync(name, null, 1, cancellationToken);
                models.Add(new JsonObject { ["name"] = name, ["latestVersion"] = newest.Count > 0 ? newest[0].Version : 0, ["aliases"] = Views.Aliases(of) });
            }

            return Api.Json(new JsonObject { ["models"] = models, ["next"] = names.Count > limit ? names[limit - 1] : null });
        });

    /// <summary>Versions, the newest first.</summary>
    [Function(nameof(ListVersions))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListVersions([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/versions")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            IReadOnlyList<ModelVersion> versions = await registry.ListNewestVersionsAsync(name, Requests.After(request), limit, cancellationToken);
            return Api.Json(new JsonObject
            {
                ["model"] = name,
                ["versions"] = new JsonArray([.. versions.Select(Views.Version)]),
                ["next"] = versions.Count > 0 && versions[^1].Version > 1 ? versions[^1].Version.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            });
        });

    /// <summary>One version, the aliases that point to it, and what it relies on.</summary>
    [Function(nameof(GetModelVersion))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetModelVersion([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/versions/{version}")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            ModelVersion found = await aliases.RequireVersionAsync(name, Requests.Version(version), cancellationToken);
            JsonObject view = await VersionAsync(found, cancellationToken);
            view["importance"] = Views.Importance(await importances.FindAsync(found.Hash, cancellationToken));
            return Api.Json(view);
        });

    /// <summary>Changes tags and notes: <c>{"tags": {"owner": "risk", "old": null}, "notes": "…"}</c>; what is null is removed, what is left out stays.</summary>
    [Function(nameof(PatchVersion))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> PatchVersion(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "api/models/{name}/versions/{version}", MaxBodyBytes = 64 * 1024)] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            int number = Requests.Version(version);
            JsonObject body = await Api.ReadObjectAsync(request, ["tags", "notes"], cancellationToken);
            Annotation annotation = Annotation.Read(body);
            ModelVersion next = await registry.AnnotateAsync(name, number, annotation.Apply, cancellationToken)
                ?? throw ProblemException.NotFound($"Model '{name}' has no version {number}.", $"GET /api/models/{name}/versions lists its versions.");
            return Api.Json(await VersionAsync(next, cancellationToken));
        });

    [Function(nameof(ListAliases))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListAliases([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/aliases")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            List<ModelAlias> found = await registry.ListAliasesAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject { ["model"] = name, ["aliases"] = new JsonArray([.. found.Select(alias => Views.Alias(name, alias))]) });
        });

    [Function(nameof(GetAlias))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetAlias([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/aliases/{alias}")] HttpRequest request, string name, string alias, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            ModelAlias found = await registry.FindAliasAsync(name, AliasName.Require(alias), cancellationToken)
                ?? throw ProblemException.NotFound($"Model '{name}' has no alias '{alias}'.", $"GET /api/models/{name}/aliases lists its aliases; PUT creates one.");
            return Answer(request, name, found, StatusCodes.Status200OK);
        });

    /// <summary>Points an alias to a version: <c>{"version": 3, "who": "…", "why": "…"}</c>, with If-Match where the alias exists.</summary>
    [Function(nameof(PutAlias))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> PutAlias(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/models/{name}/aliases/{alias}", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, string alias, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            AliasName.Require(alias);
            JsonObject body = await Api.ReadObjectAsync(request, ["version", "who", "why"], cancellationToken);
            int version = Requests.Version(body) ?? throw ProblemException.BadRequest("'version' is missing.", "Send \"version\" with the number of a version.");
            string? ifMatch = Requests.IfMatch(request);
            ModelAlias set = await aliases.SetAsync(name, alias, version, ifMatch, callers.Actor(request, body), cancellationToken);
            served.Forget(name);
            return Answer(request, name, set, ifMatch is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        });

    /// <summary>Takes an alias away: <c>{"who": "…", "why": "…"}</c>, with If-Match.</summary>
    [Function(nameof(DeleteAlias))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> DeleteAlias(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/models/{name}/aliases/{alias}", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, string alias, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            JsonObject body = await Api.ReadObjectAsync(request, ["who", "why"], cancellationToken);
            await aliases.DeleteAsync(name, AliasName.Require(alias), Requests.IfMatch(request), callers.Actor(request, body), cancellationToken);
            return Results.NoContent();
        });

    private async Task<JsonObject> VersionAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        JsonObject view = Views.Version(version);
        List<string> pointing = await registry.ListAliasesAsync(version.Model, cancellationToken).Where(alias => alias.Version == version.Version).Select(alias => alias.Name).ToListAsync(cancellationToken);
        view["model"] = version.Model;
        view["aliases"] = new JsonArray([.. pointing.Select(alias => JsonValue.Create(alias))]);
        return view;
    }

    private static IResult Answer(HttpRequest request, string model, ModelAlias alias, int status)
    {
        request.HttpContext.Response.Headers.ETag = $"\"{alias.ETag}\"";
        return Api.Json(Views.Alias(model, alias), status);
    }
}

using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>The data of a pipeline.</summary>
public sealed class DataFunctions(SpecCatalog specs, DataLineageReader lineage, ModelRegistry registry, AlertBook alerts)
{
    private const int DefaultListed = 20;
    private const int MaxListed = 200;

    /// <summary>What has come, the newest first, with what was made from it.</summary>
    [Function(nameof(ListData))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListData([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pipelines/{name}/data")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            int limit = Api.Limit(request, DefaultListed, MaxListed);
            string? after = request.Query.TryGetValue("after", out var token) ? token.ToString() : null;
            PipelineSpec spec = SpecParser.Parse((await specs.RequireAsync(name, cancellationToken)).Json);
            DataLineagePage page = await lineage.ListAsync(name, limit, after, cancellationToken);
            JsonObject view = DataViews.Page(page, await registry.FindAliasAsync(name, ModelAlias.Champion, cancellationToken));
            view["pipeline"] = name;
            view["owner"] = spec.Source?.Owner;
            view["window"] = spec.Data.Window.ToString();
            view["openAlerts"] = new JsonArray([.. await alerts.ListOpenAsync(name, cancellationToken).Select(Views.Alert).ToListAsync(cancellationToken)]);
            return Api.Json(view);
        });
}

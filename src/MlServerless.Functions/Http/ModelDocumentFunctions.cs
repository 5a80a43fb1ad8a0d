using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>What can be asked of models before predicting.</summary>
public sealed class ModelDocumentFunctions(ServedModels models, ModelRegistry registry)
{
    [Function(nameof(GetModelOpenApi))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetModelOpenApi([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/openapi.json")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(ModelOpenApi.Build((await models.GetAsync(PipelineName.Require(name, "model"), null, cancellationToken)).Model)));

    [Function(nameof(ListServedModels))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> ListServedModels([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v1/models")] HttpRequest request, CancellationToken cancellationToken) =>
        Api.AnswerAsync(
            async () => Api.Json(new JsonObject { ["models"] = new JsonArray([.. (await registry.ListModelsAsync(cancellationToken).ToListAsync(cancellationToken)).Select(name => JsonValue.Create(name))]) }),
            PredictionCalls.RefuseWithText);

    [Function(nameof(GetModelReady))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetModelReady([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v1/models/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(
            async () => Api.Json(new JsonObject { ["name"] = (await models.GetAsync(PipelineName.Require(name, "model"), null, cancellationToken)).Model.Name, ["ready"] = true }),
            PredictionCalls.RefuseWithText);
}

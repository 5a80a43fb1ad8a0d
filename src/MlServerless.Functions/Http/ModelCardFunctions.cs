using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Cards;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>What is known of a model version, for people and for programs.</summary>
public sealed class ModelCardFunctions(ModelCards cards)
{
    /// <summary>The model card: canonical JSON, or a page for <c>Accept: text/html</c> or <c>?format=html</c>.</summary>
    [Function(nameof(GetModelCard))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetModelCard([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/versions/{version}/card")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            bool asPage = DataRequests.WantsPage(request, "model card");
            ModelCard card = await cards.ReadAsync(name, Requests.Version(version), cancellationToken);
            IHeaderDictionary headers = request.HttpContext.Response.Headers;
            headers.Vary = "Accept";
            if (!asPage)
                return new BytesResult(CanonicalJson.Serialize(card, PipelineJson.Default.ModelCard), StatusCodes.Status200OK, "application/json");
            headers.ContentSecurityPolicy = ModelCardPage.ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            return new BytesResult(ModelCardPage.Build(card), StatusCodes.Status200OK, "text/html; charset=utf-8");
        });
}

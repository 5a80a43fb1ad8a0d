using MlServerless.Functions.Security;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Models and their versions.</summary>
public sealed class ModelFunctions(ModelRegistry registry)
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
}

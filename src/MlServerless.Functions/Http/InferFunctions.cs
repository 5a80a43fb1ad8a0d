using System.Globalization;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>The Open Inference Protocol, version 2 over HTTP, at its own paths.</summary>
public sealed class InferFunctions(PredictionCalls calls, ServedModels models, ModelRegistry registry, IPipelineStorage storage)
{
    [Function(nameof(GetServer))]
    [OpenToAll]
    public IResult GetServer([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v2")] HttpRequest request) =>
        Api.Json(new JsonObject { ["name"] = "MlServerless", ["version"] = Product.Version, ["extensions"] = new JsonArray() });

    [Function(nameof(GetServerLive))]
    [OpenToAll]
    public IResult GetServerLive([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v2/health/live")] HttpRequest request) =>
        Api.Json(new JsonObject { ["live"] = true });

    /// <summary>Ready while storage answers, or models are loaded that can do without it.</summary>
    [Function(nameof(GetServerReady))]
    [OpenToAll]
    public async Task<IResult> GetServerReady([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v2/health/ready")] HttpRequest request, CancellationToken cancellationToken)
    {
        bool ready = models.LoadedModels > 0;
        try
        {
            if (!ready)
                await storage.PingAsync(cancellationToken);
            ready = true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Told by the status.
        }

        return Api.Json(new JsonObject { ["ready"] = ready }, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    [Function(nameof(GetInferModel))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetInferModel([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        DescribeAsync(name, null, cancellationToken);

    [Function(nameof(GetInferVersion))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetInferVersion([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{name}/versions/{version}")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        DescribeAsync(name, version, cancellationToken);

    [Function(nameof(GetInferModelReady))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetInferModelReady([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{name}/ready")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        IsReadyAsync(name, null, cancellationToken);

    [Function(nameof(GetInferVersionReady))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> GetInferVersionReady([HttpTrigger(AuthorizationLevel.Function, "get", Route = "v2/models/{name}/versions/{version}/ready")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        IsReadyAsync(name, version, cancellationToken);

    [Function(nameof(Infer))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> Infer(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v2/models/{name}/infer", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        calls.AnswerAsync(request, name, null, new InferRequest(), PredictionCalls.RefuseWithText, cancellationToken);

    [Function(nameof(InferVersion))]
    [RequiresRole(ApiRole.Predict)]
    public Task<IResult> InferVersion(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v2/models/{name}/versions/{version}/infer", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        calls.AnswerAsync(request, name, version, new InferRequest(), PredictionCalls.RefuseWithText, cancellationToken);

    private Task<IResult> DescribeAsync(string name, string? version, CancellationToken cancellationToken) => Api.AnswerAsync(
        async () =>
        {
            ServedModel model = await FindAsync(name, version, cancellationToken);
            List<ModelVersion> versions = await registry.ListVersionsAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject
            {
                ["name"] = model.Name,
                ["versions"] = new JsonArray([.. versions.Select(known => JsonValue.Create(known.Version.ToString(CultureInfo.InvariantCulture)))]),
                ["platform"] = $"mlserverless_{model.Artifact.Trainer}",
                ["inputs"] = new JsonArray([.. model.Artifact.Signature.Inputs.Select(input => Tensor(input.Name, TensorNames.Datatype(input.Type), -1))]),
                ["outputs"] = new JsonArray([.. TensorNames.Outputs(model).Select(output => output.Name == "probabilities" ? Tensor(output.Name, output.Datatype, -1, model.Artifact.ClassLabels.Count) : Tensor(output.Name, output.Datatype, -1))]),
            });
        },
        problem => PredictionCalls.RefuseWithText(calls.Told(problem)));

    private Task<IResult> IsReadyAsync(string name, string? version, CancellationToken cancellationToken) => Api.AnswerAsync(
        async () => Api.Json(new JsonObject { ["name"] = (await FindAsync(name, version, cancellationToken)).Name, ["ready"] = true }),
        problem => PredictionCalls.RefuseWithText(calls.Told(problem)));

    private async Task<ServedModel> FindAsync(string name, string? version, CancellationToken cancellationToken) =>
        (await models.GetAsync(PipelineName.Require(name, "model"), version is null ? null : PredictionCalls.Version(version), cancellationToken)).Model;

    private static JsonObject Tensor(string name, string datatype, params int[] shape) =>
        new() { ["name"] = name, ["datatype"] = datatype, ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]) };
}

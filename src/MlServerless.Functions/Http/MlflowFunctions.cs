using System.Text;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving.Protocols;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>MLflow's scoring server: one endpoint for the model that the setting <c>MlServerless__DefaultModel</c> names.</summary>
public sealed class MlflowFunctions(PredictionCalls calls, PipelineOptions options, ModelRegistry registry)
{
    [Function(nameof(Invocations))]
    [RequiresRole(ApiRole.Predict)]
    public async Task<IResult> Invocations(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "invocations", MaxBodyBytes = PredictionCalls.MaxBodyBytes)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (options.DefaultModel is not { } model)
        {
            List<string> names = await registry.ListModelsAsync(cancellationToken).ToListAsync(cancellationToken);
            return PredictionCalls.RefuseLikeMlflow(calls.Told(ProblemException.BadRequest(
                "This path serves one model, and none is chosen.",
                $"Set MlServerless__DefaultModel to one of: {(names.Count == 0 ? "(there are no models yet)" : string.Join(", ", names))}; or call /api/models/{{name}}/predict.")));
        }

        string mediaType = (request.ContentType ?? "application/json").Split(';')[0].Trim();
        bool isCsv = mediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && !mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return PredictionCalls.RefuseLikeMlflow(new ProblemException(415, "This media type is not taken.", "Send application/json or text/csv."));
        return await calls.AnswerAsync(request, model, null, new MlflowRequest(isCsv), PredictionCalls.RefuseLikeMlflow, cancellationToken);
    }

    [Function(nameof(Ping))]
    [OpenToAll]
    public IResult Ping([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ping")] HttpRequest request) => Text("\n");

    [Function(nameof(MlflowHealth))]
    [OpenToAll]
    public IResult MlflowHealth([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => Text("\n");

    [Function(nameof(GetServerVersion))]
    [OpenToAll]
    public IResult GetServerVersion([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "version")] HttpRequest request) => Text(Product.Version);

    private static BytesResult Text(string text) => new(Encoding.UTF8.GetBytes(text), StatusCodes.Status200OK, "text/plain; charset=utf-8");
}

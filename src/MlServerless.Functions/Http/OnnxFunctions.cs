using MlServerless.Functions.Security;
using MlServerless.Learning.Onnx;
using MlServerless.Pipelines.Exports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;
using Microsoft.Net.Http.Headers;

namespace MlServerless.Functions.Http;

/// <summary>Models for other runtimes.</summary>
public sealed class OnnxFunctions(OnnxModels models)
{
    /// <summary>The version with its preprocessing as an ONNX file; <c>?numbers=double</c> takes numbers as float64 instead of float32.</summary>
    [Function(nameof(GetOnnx))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetOnnx([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/versions/{version}/onnx")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            OnnxModel model = await models.ReadAsync(name, Requests.Version(version), Numbers(request), cancellationToken);
            IHeaderDictionary headers = request.HttpContext.Response.Headers;
            string tag = $"\"{model.Hash.Hex}\"";
            headers.ETag = tag;
            if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false)))
                return TypedResults.StatusCode(StatusCodes.Status304NotModified);
            headers.ContentDisposition = $"attachment; filename=\"{model.FileName}\"";
            return new BytesResult(model.Content, StatusCodes.Status200OK, "application/octet-stream");
        });

    /// <exception cref="ProblemException">400: another word.</exception>
    private static OnnxNumbers Numbers(HttpRequest request) => Requests.Query(request, "numbers") switch
    {
        null or "float" => OnnxNumbers.Float,
        "double" => OnnxNumbers.Double,
        var other => throw ProblemException.BadRequest($"'{other}' is no type of numbers.", "Send ?numbers=float (float32 inputs, the default) or ?numbers=double (float64 inputs)."),
    };
}

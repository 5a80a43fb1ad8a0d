using System.Text.Json;
using MlServerless.Functions.OpenApi;
using MlServerless.Functions.Security;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>The API about itself.</summary>
public sealed class OpenApiFunctions
{
    private static readonly Lazy<byte[]> Document = new(() => JsonSerializer.SerializeToUtf8Bytes(ApiDocument.Build(), AppJson.Default.JsonObject));

    /// <summary>Every call as OpenAPI 3.1.</summary>
    [Function(nameof(GetOpenApi))]
    [RequiresRole(ApiRole.Read)]
    public IResult GetOpenApi([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/openapi.json")] HttpRequest request) =>
        new BytesResult(Document.Value, StatusCodes.Status200OK, ApiAnswer.Json);
}

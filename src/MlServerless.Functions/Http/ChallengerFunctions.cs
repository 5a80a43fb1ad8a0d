using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Comparisons of the champion with challengers, on captured rows that both have scored.</summary>
public sealed class ChallengerFunctions(ChallengerService challengers, AliasService aliases)
{
    /// <summary>The newest comparison with every version that was compared.</summary>
    [Function(nameof(ListChallengers))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> ListChallengers([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/challengers")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await aliases.RequireModelAsync(PipelineName.Require(name, "model"), cancellationToken);
            List<ChallengerComparison> compared = await challengers.ListAsync(name, cancellationToken).ToListAsync(cancellationToken);
            return Api.Json(new JsonObject { ["challengers"] = new JsonArray([.. compared.Select(View)]) });
        });

    [Function(nameof(GetChallenger))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetChallenger([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/challengers/{version}")] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(View(await challengers.FindAsync(name, Requests.Version(version), cancellationToken)
            ?? throw ProblemException.NotFound($"Version {version} was not compared with the champion yet.", $"POST /api/models/{name}/challengers/{version} does it now; a version with the alias '{ChallengerService.Alias}' is compared by itself."))));

    /// <summary>Compares a version with the champion now; <c>?windows=</c> says how many windows of rows are looked at.</summary>
    [Function(nameof(CompareChallenger))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> CompareChallenger(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/models/{name}/challengers/{version}", MaxBodyBytes = 1024)] HttpRequest request, string name, string version, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            await Api.ReadObjectAsync(request, [], cancellationToken);
            return Api.Json(View(await challengers.CompareAsync(name, Requests.Version(version), Windows(request), cancellationToken)));
        });

    private static int Windows(HttpRequest request) => Requests.Query(request, "windows") is not { } text ? ChallengerService.DefaultWindows
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int windows) && windows is >= 1 and <= ChallengerService.MaxWindows ? windows
        : throw ProblemException.BadRequest($"'{text}' is no number of windows.", $"Send ?windows= with a whole number from 1 to {ChallengerService.MaxWindows}.");

    private static JsonNode View(ChallengerComparison comparison) => JsonSerializer.SerializeToNode(comparison, PipelineJson.Default.ChallengerComparison)!;
}

using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Registry.Canaries;
using MlServerless.Pipelines.Specs;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Canaries: a version that answers a part of the calls before it becomes champion.</summary>
public sealed class CanaryFunctions(CanaryService canaries, Callers callers)
{
    private static readonly TimeSpan DefaultBake = TimeSpan.FromHours(24);
    private static readonly string[] Fields = ["version", "percent", "entityColumn", "bake", "minimumRequests", "maxErrorIncrease", "promote", "who", "why"];

    /// <summary>The canary, and what the predictions say of it so far.</summary>
    [Function(nameof(GetCanary))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetCanary([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/canary")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(View(await canaries.ReadAsync(name, cancellationToken))));

    /// <summary>Starts a canary: <c>{"version": 4, "percent": 10, "entityColumn": "customer_id", "bake": "1.00:00:00", "who": "…", "why": "…"}</c>.</summary>
    [Function(nameof(PutCanary))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> PutCanary([HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/models/{name}/canary", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            PipelineName.Require(name, "model");
            JsonObject body = await Api.ReadObjectAsync(request, Fields, cancellationToken);
            int version = Requests.Version(body) ?? throw ProblemException.BadRequest("'version' is missing.", "Send \"version\" with the number of a version.");
            ModelAlias started = await canaries.StartAsync(name, version, Settings(body), callers.Actor(request, body), cancellationToken);
            request.HttpContext.Response.Headers.ETag = $"\"{started.ETag}\"";
            return Api.Json(View(await canaries.ReadAsync(name, cancellationToken)));
        });

    /// <summary>Ends the canary; the champion answers all calls: <c>{"who": "…", "why": "…"}</c>.</summary>
    [Function(nameof(DeleteCanary))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> DeleteCanary([HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/models/{name}/canary", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, ["who", "why"], cancellationToken);
            await canaries.StopAsync(name, callers.Actor(request, body), cancellationToken);
            return Results.NoContent();
        });

    private static CanarySettings Settings(JsonObject body)
    {
        var errors = new List<ProblemDetail>();
        double percent = Requests.Number(body, "percent") ?? double.NaN;
        if (!(percent > 0 && percent <= 100))
            errors.Add(new ProblemDetail("$.percent", "expected a number above 0 and up to 100."));
        TimeSpan bake = DefaultBake;
        if (Api.Text(body, "bake") is { } text && (!DurationText.TryParse(text, out bake) || bake < TimeSpan.Zero || bake > TimeSpan.FromDays(365)))
            errors.Add(new ProblemDetail("$.bake", "expected a length of time as days.hours:minutes:seconds up to 365.00:00:00, e.g. 1.00:00:00 for a day."));
        double requests = Requests.Number(body, "minimumRequests") ?? 100;
        if (requests is < 10 or > 1e9 || requests != Math.Floor(requests))
            errors.Add(new ProblemDetail("$.minimumRequests", "expected a whole number from 10."));
        double increase = Requests.Number(body, "maxErrorIncrease") ?? 0.02;
        if (increase is < 0 or > 1)
            errors.Add(new ProblemDetail("$.maxErrorIncrease", "expected a number from 0 to 1."));
        return errors.Count == 0
            ? new CanarySettings(percent, Api.Text(body, "entityColumn"), bake, (long)requests, increase, Requests.Flag(body, "promote") ?? true)
            : throw ProblemException.BadRequest("The canary cannot be started so.", $"{errors.Count} fault(s); mend each one listed.", errors);
    }

    private static JsonObject View(CanaryState state)
    {
        CanarySettings settings = state.Canary.CanarySettings!;
        return new JsonObject
        {
            ["version"] = state.Canary.Version,
            ["percent"] = settings.Percent,
            ["entityColumn"] = settings.EntityColumn,
            ["since"] = state.Canary.Since,
            ["bakedAt"] = state.Canary.Since + settings.Bake,
            ["minimumRequests"] = settings.MinimumRequests,
            ["maxErrorIncrease"] = settings.MaxErrorIncrease,
            ["promote"] = settings.Promote,
            ["verdict"] = state.Verdict,
            ["reasons"] = new JsonArray([.. state.Reasons.Select(reason => JsonValue.Create(reason))]),
            ["canary"] = Evidence(state.Own),
            ["champion"] = Evidence(state.Champion),
        };
    }

    private static JsonObject Evidence(CanaryEvidence evidence) => new()
    {
        ["version"] = evidence.Version,
        ["requests"] = evidence.Requests,
        ["errors"] = evidence.Errors,
        ["rows"] = evidence.Rows,
        ["predictionsPsi"] = evidence.Predictions?.Psi,
        ["predictionsDrifted"] = evidence.Predictions?.Drifted,
    };
}

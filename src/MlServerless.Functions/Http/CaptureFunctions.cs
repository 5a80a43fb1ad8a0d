using System.Text.Json.Nodes;
using MlServerless.Functions.Security;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Worker;

namespace MlServerless.Functions.Http;

/// <summary>Whether the rows of a model's calls are kept as they came.</summary>
public sealed class CaptureFunctions(CaptureService capture, Callers callers)
{
    private const double DefaultSample = 0.1;
    private const int DefaultDays = 30;

    [Function(nameof(GetCapture))]
    [RequiresRole(ApiRole.Read)]
    public Task<IResult> GetCapture([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/models/{name}/capture")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () => Api.Json(View(await capture.ReadAsync(name, cancellationToken))));

    /// <summary>Keeps rows from now on: <c>{"sample": 0.1, "days": 30, "mask": ["age"], "who": "…", "why": "…"}</c>.</summary>
    [Function(nameof(PutCapture))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> PutCapture([HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/models/{name}/capture", MaxBodyBytes = 64 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, ["sample", "days", "mask", "who", "why"], cancellationToken);
            var settings = new CaptureSettings(Requests.Number(body, "sample") ?? DefaultSample, (int)Math.Clamp(Requests.Number(body, "days") ?? DefaultDays, 0, int.MaxValue), Requests.Texts(body, "mask"));
            return Api.Json(View(await capture.StartAsync(name, settings, callers.Actor(request, body), cancellationToken)));
        });

    /// <summary>Keeps no more rows: <c>{"who": "…", "why": "…", "forget": true}</c> also deletes those that are stored.</summary>
    [Function(nameof(DeleteCapture))]
    [RequiresRole(ApiRole.Operate)]
    public Task<IResult> DeleteCapture([HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/models/{name}/capture", MaxBodyBytes = 16 * 1024)] HttpRequest request, string name, CancellationToken cancellationToken) =>
        Api.AnswerAsync(async () =>
        {
            JsonObject body = await Api.ReadObjectAsync(request, ["who", "why", "forget"], cancellationToken);
            await capture.StopAsync(name, Requests.Flag(body, "forget") ?? false, callers.Actor(request, body), cancellationToken);
            return Results.NoContent();
        });

    private static JsonObject View(CaptureSettings settings) => new()
    {
        ["sample"] = settings.Sample,
        ["days"] = settings.Days,
        ["mask"] = new JsonArray([.. settings.Mask.Select(column => JsonValue.Create(column))]),
        ["since"] = settings.Since,
        ["who"] = settings.Who,
        ["why"] = settings.Why,
    };
}

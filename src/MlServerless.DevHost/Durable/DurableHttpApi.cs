using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.DevHost.Http;
using MlServerless.DevHost.Invocation;
using MlServerless.DevHost.Keys;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>The HTTP API of the durable extension under <c>/runtime/webhooks/durabletask</c>; it needs the system key.</summary>
internal sealed class DurableHttpApi
{
    private const string Base = "runtime/webhooks/durabletask";

    private readonly TaskHub _hub;
    private readonly DurableClient _client;
    private readonly KeyStore _keys;
    private readonly HostProfile _profile;
    private readonly string _hubName;

    public DurableHttpApi(TaskHub hub, DurableClient client, KeyStore keys, HostProfile profile, string hubName)
    {
        _hub = hub;
        _client = client;
        _keys = keys;
        _profile = profile;
        _hubName = hubName;
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        void Add(string method, string route, Func<HttpContext, Task<IResult>> handler) =>
            routes.MapMethods($"{Base}/{route}", [method], async context =>
            {
                var result = _keys.OpensSystem(RequestKey.Of(context.Request)) ? await handler(context) : Results.StatusCode(401);
                await result.ExecuteAsync(context);
            });

        Add("POST", "orchestrators/{functionName}/{instanceId?}", StartAsync);
        Add("GET", "instances", QueryAsync);
        Add("DELETE", "instances", PurgeManyAsync);
        Add("GET", "instances/{instanceId}", GetAsync);
        Add("DELETE", "instances/{instanceId}", PurgeAsync);
        Add("POST", "instances/{instanceId}/raiseEvent/{eventName}", RaiseEventAsync);
        Add("POST", "instances/{instanceId}/terminate", context => SendAsync(context, (e, reason) => e.ExecutionTerminated = new() { Input = reason }));
        Add("POST", "instances/{instanceId}/suspend", context => SendAsync(context, (e, reason) => e.ExecutionSuspended = new() { Input = reason }));
        Add("POST", "instances/{instanceId}/resume", context => SendAsync(context, (e, reason) => e.ExecutionResumed = new() { Input = reason }));
        Add("POST", "instances/{instanceId}/rewind", RewindAsync);
        Add("POST", "instances/{instanceId}/restart", RestartAsync);
    }

    private static string Route(HttpContext context, string name) =>
        Convert.ToString(context.Request.RouteValues[name], CultureInfo.InvariantCulture) ?? "";

    private static bool Flag(HttpRequest request, string name, bool fallback) =>
        bool.TryParse(request.Query[name], out var value) ? value : fallback;

    private async Task<IResult> StartAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (body.Length > 0 && !IsJson(body))
            return Error(400, "Invalid JSON content");
        var id = Route(context, "instanceId");
        try
        {
            var request = new StartRequest(Route(context, "functionName"), id.Length == 0 ? null : id, body.Length == 0 ? null : body);
            id = await _client.StartAsync(request, context.Request.Query["version"]);
            return Accepted(context, id);
        }
        catch (ArgumentException e)
        {
            return Error(400, e.Message);
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            return AlreadyRunning(e);
        }
    }

    private async Task<IResult> RestartAsync(HttpContext context)
    {
        try
        {
            var newId = Flag(context.Request, "restartWithNewInstanceId", fallback: true);
            return Accepted(context, await _client.RestartAsync(Route(context, "instanceId"), newId));
        }
        catch (ArgumentException e)
        {
            return Error(400, "InstanceId does not match a valid orchestration instance. " + e.Message);
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            return AlreadyRunning(e);
        }
    }

    /// <summary>Extension 2.13.7 answers 500 here, 3.x says what it is.</summary>
    private IResult AlreadyRunning(OrchestrationAlreadyExistsException e) => _profile.DurableV3
        ? Error(409, e.Message)
        : Error(500, "Something went wrong while processing your request: " + e.Message);

    private IResult Accepted(HttpContext context, string id)
    {
        var links = DurableLinks.For(context.Request, id, _hubName, _keys.System);
        context.Response.Headers.Location = links.StatusQueryGetUri;
        context.Response.Headers.RetryAfter = "10";
        return Results.Json(links, statusCode: 202);
    }

    private Task<IResult> GetAsync(HttpContext context)
    {
        var request = context.Request;
        var id = Route(context, "instanceId");
        var (status, json) = _hub.Read(state => state.Find(id) is { } instance
            ? (instance.Status, InstanceJson.Status(
                instance, Flag(request, "showInput", true), Flag(request, "showHistory", false), Flag(request, "showHistoryOutput", false)))
            : (OrchestrationStatus.Pending, null));
        if (json is null)
            return Task.FromResult(Results.NotFound());
        if (!status.HasEnded())
        {
            context.Response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}";
            context.Response.Headers.RetryAfter = "5";
            return Task.FromResult(Json(json, 202));
        }

        var failed = status == OrchestrationStatus.Failed && Flag(request, "returnInternalServerErrorOnFailure", false);
        return Task.FromResult(Json(json, failed ? 500 : 200));
    }

    private Task<IResult> QueryAsync(HttpContext context)
    {
        var query = InstanceQuery.Parse(context.Request);
        var showInput = Flag(context.Request, "showInput", true);
        var (items, next) = _hub.Read(state =>
        {
            var (found, token) = query.Page(state.Instances.Values);
            return (new JsonArray([.. found.Select(instance => InstanceJson.Status(instance, showInput, false, false))]), token);
        });
        context.Response.Headers["x-ms-continuation-token"] = next ?? "";
        return Task.FromResult(Json(items, 200));
    }

    private async Task<IResult> PurgeManyAsync(HttpContext context)
    {
        var query = InstanceQuery.Parse(context.Request);
        if (query.CreatedFrom is null)
            return Error(400, "Please provide value for 'createdTimeFrom' parameter.");
        var count = await _client.PurgeAsync(_hub.Read(state => state.Instances.Values.Where(query.Matches).Select(i => i.InstanceId).ToArray()));
        return count == 0 ? Results.NotFound() : Results.Json(new { instancesDeleted = count });
    }

    private async Task<IResult> PurgeAsync(HttpContext context)
    {
        var id = Route(context, "instanceId");
        var status = _hub.Read(state => state.Find(id)?.Status);
        if (status is null)
            return Results.NotFound();
        if (!status.Value.HasEnded())
            return Error(412, $"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID {id} has status {status}");
        return Results.Json(new { instancesDeleted = await _client.PurgeAsync([id]) });
    }

    private async Task<IResult> RaiseEventAsync(HttpContext context)
    {
        var id = Route(context, "instanceId");
        if (Ended(_hub.Read(state => state.Find(id)?.Status)) is { } refusal)
            return refusal;
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return Error(400, "Only application/json request content is supported");
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (!IsJson(body))
            return Error(400, "Invalid JSON content");
        using var document = JsonDocument.Parse(body);
        var input = NewtonsoftJson.Serialize(document.RootElement, datesAsTimes: false);
        var status = await _client.SendAsync(id, e => e.EventRaised = new() { Name = Route(context, "eventName"), Input = input });
        return Ended(status) ?? Results.StatusCode(202);
    }

    private async Task<IResult> SendAsync(HttpContext context, Action<HistoryEvent, string?> fill)
    {
        string? reason = context.Request.Query["reason"];
        return Ended(await _client.SendAsync(Route(context, "instanceId"), e => fill(e, reason))) ?? Results.StatusCode(202);
    }

    private async Task<IResult> RewindAsync(HttpContext context)
    {
        var id = Route(context, "instanceId");
        return await _client.RewindAsync(id, context.Request.Query["reason"]) switch
        {
            null => Error(404, $"No orchestration with instance ID \"{id}\" found."),
            OrchestrationStatus.Failed => Results.StatusCode(202),
            var status => Error(412, $"This orchestration has status {status}, but only orchestrations in the \"Failed\" state can be rewound."),
        };
    }

    private static IResult? Ended(OrchestrationStatus? status) => status switch
    {
        null => Results.NotFound(),
        { } known when known.HasEnded() => Results.StatusCode(410),
        _ => null,
    };

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IResult Error(int status, string message) => Results.Json(new { message }, statusCode: status);

    private static IResult Json(JsonNode node, int status) => Results.Content(node.ToJsonString(), "application/json", statusCode: status);
}

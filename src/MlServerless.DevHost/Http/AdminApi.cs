using System.Globalization;
using System.Text.Json;
using MlServerless.DevHost.Durable;
using MlServerless.DevHost.Invocation;
using MlServerless.DevHost.Keys;
using MlServerless.DevHost.Queues;
using MlServerless.DevHost.Timers;

namespace MlServerless.DevHost.Http;

/// <summary>The part of the host's <c>/admin</c> API that is of use here: status, the list of functions, and running one by hand.</summary>
internal sealed class AdminApi
{
    private readonly AppDefinition _app;
    private readonly KeyStore _keys;
    private readonly HostProfile _profile;
    private readonly IReadOnlyDictionary<string, TimerListener> _timers;
    private readonly IReadOnlyDictionary<string, QueueListener> _queues;
    private readonly FunctionInvoker _invoker;
    private readonly ILogger _log;
    private readonly CancellationToken _stop;

    public AdminApi(
        AppDefinition app, KeyStore keys, HostProfile profile, IReadOnlyDictionary<string, TimerListener> timers,
        IReadOnlyDictionary<string, QueueListener> queues, FunctionInvoker invoker, ILogger log, CancellationToken stop)
    {
        _app = app;
        _keys = keys;
        _profile = profile;
        _timers = timers;
        _queues = queues;
        _invoker = invoker;
        _log = log;
        _stop = stop;
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("admin/host/ping", () => Results.Ok());
        routes.MapGet("admin/host/status", context => Guard(context, () => context.Response.WriteAsJsonAsync(
            new { id = "devhost", state = "Running", version = _profile.HostVersion, functionCount = _app.Functions.Count }, _stop)));
        routes.MapGet("admin/functions", context => Guard(context, () => context.Response.WriteAsJsonAsync(
            _app.Functions.Select(f => new { name = f.Name, type = f.Trigger.Type, config = f.Trigger.Properties }), _stop)));
        routes.MapPost("admin/functions/{name}", context => Guard(context, () => RunAsync(context)));
    }

    private Task Guard(HttpContext context, Func<Task> next)
    {
        if (_keys.IsMaster(RequestKey.Of(context.Request)))
            return next();
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private async Task RunAsync(HttpContext context)
    {
        var name = Convert.ToString(context.Request.RouteValues["name"], CultureInfo.InvariantCulture)!;
        var function = _app.Functions.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
        if (function is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ReadInputAsync(context.Request) is not { } input)
        {
            await BadRequestAsync(context, "The body must be JSON of the form {\"input\": \"…\"}.");
            return;
        }

        Func<Task>? run = function.Kind switch
        {
            FunctionKind.Timer => () => _timers[function.Name].FireAsync(isPastDue: false, _stop),
            FunctionKind.Queue => () => _queues[function.Name].RunByHandAsync(input, _stop),
            FunctionKind.Activity => () => _invoker.InvokeAsync(
                function, ActivityRunner.Payload(function, "", input.Length == 0 ? null : input, DateTimeOffset.UtcNow), _stop),
            _ => null,
        };
        if (run is null)
        {
            await BadRequestAsync(context, function.Kind == FunctionKind.Http
                ? "An HTTP function is called on its own route."
                : "Durable orchestrator functions do not support direct invocation; start one through /runtime/webhooks/durabletask.");
            return;
        }

        _ = RunInBackgroundAsync(function, run);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task RunInBackgroundAsync(FunctionDefinition function, Func<Task> run)
    {
        try
        {
            await Task.Yield();
            await run();
        }
        catch (Exception e) when (e is InvocationException or HandlerUnavailableException or OperationCanceledException)
        {
            _log.LogError("{Function}, run by hand, failed: {Error}", function.Name, e.InnerException?.Message ?? e.Message);
        }
    }

    private static Task BadRequestAsync(HttpContext context, string message)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    private static async Task<string?> ReadInputAsync(HttpRequest request)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            if (!document.RootElement.TryGetProperty("input", out var input))
                return "";
            return input.ValueKind == JsonValueKind.String ? input.GetString() : input.GetRawText();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>Gives every function its path: <c>POST /{name}</c> for the host's own calls, prefix and route for HTTP functions.</summary>
internal static class FunctionEndpoints
{
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(WebApplication app, IReadOnlyList<FunctionDefinition> functions, HostSettings settings)
    {
        app.MapMethods("/", Get, Ready);
        app.Use(static (context, next) => context.GetEndpoint() is null ? Problem.NotFoundAsync(context) : next(context));
        var http = functions.Where(f => f.Kind == FunctionKind.Http).ToList();
        foreach (var function in functions)
        {
            var endpoint = Endpoint(app.Services, function, settings);
            if (function.Http is not { } trigger)
            {
                app.MapMethods($"/{function.Name}", Post, endpoint.HandleAsync);
                continue;
            }

            var pattern = "/" + trigger.Route.Under(settings.RoutePrefix).Text;
            if (trigger.Methods.Count == 0)
            {
                app.Map(pattern, endpoint.HandleAsync);
            }
            else
            {
                app.MapMethods(pattern, trigger.Methods.Select(m => m.ToUpperInvariant()), endpoint.HandleAsync);
            }

            if (!http.Exists(h => h.Http!.Route.Under(settings.RoutePrefix).CanMatch(function.Name)))
            {
                app.MapMethods($"/{function.Name}", Post, new EnvelopedHttpEndpoint(function, Logger(app.Services, function)).HandleAsync);
            }
        }
    }

    private static Task Ready(HttpContext context) => InvocationAnswer.WriteEmptyAsync(context);

    private static IFunctionEndpoint Endpoint(IServiceProvider services, FunctionDefinition function, HostSettings settings)
    {
        var invoker = new FunctionInvoker(function, services);
        var logger = Logger(services, function);
        var json = services.GetRequiredService<JsonValues>();
        var options = services.GetRequiredService<IOptions<FunctionsOptions>>();
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        return function.Kind switch
        {
            FunctionKind.Http => new HttpEndpoint(invoker, services.GetRequiredService<HttpTraffic>(), services.GetService<IHttpGuard>(), logger),
            FunctionKind.Activity => new ActivityEndpoint(invoker, settings, options, json, services.GetRequiredService<TimeProvider>(), lifetime, logger),
            FunctionKind.Orchestration => new OrchestrationEndpoint(invoker, options, json, services.GetRequiredService<ILoggerFactory>(), logger),
            _ => new MessageEndpoint(invoker, options, json, lifetime, logger),
        };
    }

    private static ILogger Logger(IServiceProvider services, FunctionDefinition function)
        => services.GetRequiredService<ILoggerFactory>().CreateLogger($"Function.{function.Name}");
}

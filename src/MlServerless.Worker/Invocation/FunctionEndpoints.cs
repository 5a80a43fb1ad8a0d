using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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
        app.MapFallback(Problem.NotFoundAsync);
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
        var invoker = new FunctionInvoker(function);
        Type type = function.Kind switch
        {
            FunctionKind.Http => typeof(HttpEndpoint),
            FunctionKind.Activity => typeof(ActivityEndpoint),
            FunctionKind.Orchestration => typeof(OrchestrationEndpoint),
            _ => typeof(MessageEndpoint),
        };
        return (IFunctionEndpoint)ActivatorUtilities.CreateInstance(services, type, invoker, settings, Logger(services, function));
    }

    private static Microsoft.Extensions.Logging.ILogger Logger(IServiceProvider services, FunctionDefinition function)
        => services.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>().CreateLogger($"Function.{function.Name}");
}

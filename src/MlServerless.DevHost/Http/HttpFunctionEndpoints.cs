using MlServerless.DevHost.Keys;

namespace MlServerless.DevHost.Http;

/// <summary>The front end's routes to HTTP functions.</summary>
internal static class HttpFunctionEndpoints
{
    /// <summary>The full template of a function's route, with the route prefix.</summary>
    public static string Template(AppDefinition app, FunctionDefinition function) =>
        app.Host.RoutePrefix.Length == 0 ? function.Http!.Route : $"{app.Host.RoutePrefix}/{function.Http!.Route}";

    public static void MapHttpFunctions(this IEndpointRouteBuilder routes, AppDefinition app, KeyStore keys, HttpFunctionCaller caller)
    {
        foreach (var function in app.Functions.Where(f => f.Kind == FunctionKind.Http))
        {
            var template = Template(app, function);
            RequestDelegate handler = context => keys.Opens(function.Name, function.Http!.Level, RequestKey.Of(context.Request))
                ? caller.CallAsync(function, context)
                : Refuse(context);
            var route = function.Http!.Methods.Count == 0
                ? routes.Map(template, handler)
                : routes.MapMethods(template, function.Http.Methods, handler);
            route.WithDisplayName(function.Name);
        }
    }

    /// <summary>As on the host, a known route with another method is not found rather than not allowed.</summary>
    public static void UseNotFoundForMethods(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.DisplayName?.StartsWith("405 ", StringComparison.Ordinal) == true)
            context.SetEndpoint(null);
        return next(context);
    });

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

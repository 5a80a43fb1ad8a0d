using System.Reflection;
using MlServerless.Functions.Http;
using MlServerless.Worker;

namespace MlServerless.Soak.Fuzz;

/// <summary>An HTTP function of the app, found by reflection.</summary>
internal sealed record HttpRoute(string Name, MethodInfo Method, HttpTriggerAttribute Trigger)
{
    public static IReadOnlyList<HttpRoute> All { get; } =
    [
        .. typeof(HealthFunctions).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => (method, function: method.GetCustomAttribute<FunctionAttribute>(), trigger: method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
            .Where(found => found.function is not null && found.trigger is not null)
            .Select(found => new HttpRoute(found.function!.Name, found.method, found.trigger!))
            .OrderBy(route => route.Name, StringComparer.Ordinal),
    ];

    /// <summary>The first of its methods, in lower case.</summary>
    public string Verb => Trigger.Methods is [var first, ..] ? first : "get";

    public static HttpRoute Named(string name) => All.Single(route => route.Name == name);
}

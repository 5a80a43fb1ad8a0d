using System.Reflection;

namespace MlServerless.Worker.Definitions;

/// <summary>All functions of an app, and what is wrong with them and between them.</summary>
internal sealed record FunctionSet(IReadOnlyList<FunctionDefinition> Functions, IReadOnlyList<string> Errors)
{
    private const BindingFlags AllMethods =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <param name="types">Classes to look through; those without functions are passed over.</param>
    /// <param name="routePrefix">The host's prefix of HTTP routes, without slashes at its ends.</param>
    public static FunctionSet Read(IEnumerable<Type> types, string routePrefix)
    {
        var errors = new List<string>();
        var reader = new FunctionReader(errors);
        var functions = new List<FunctionDefinition>();
        foreach (var method in types.Where(t => t.IsClass).SelectMany(t => t.GetMethods(AllMethods)))
        {
            if (reader.Read(method) is { } function)
            {
                functions.Add(function);
            }
        }

        functions.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        CheckNames(functions, errors);
        CheckRoutes(functions, routePrefix, errors);
        return new FunctionSet(functions, errors);
    }

    private static void CheckNames(List<FunctionDefinition> functions, List<string> errors)
    {
        foreach (var group in functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            errors.Add($"Function name '{group.Key}' is used more than once (case does not tell names apart): {string.Join(", ", group.Select(f => f.Place))}. Rename all but one.");
        }
    }

    private static void CheckRoutes(List<FunctionDefinition> functions, string routePrefix, List<string> errors)
    {
        var http = functions.Where(f => f.Http is not null).Select(f => (Function: f, Route: f.Http!.Route.Under(routePrefix))).ToList();
        foreach (var group in http.GroupBy(h => h.Route.Shape))
        {
            foreach (var (first, second) in group.SelectMany((a, i) => group.Skip(i + 1).Select(b => (a.Function, b.Function))).Where(p => MethodsMeet(p.Item1, p.Item2)))
            {
                errors.Add($"Functions '{first.Name}' and '{second.Name}' have routes that match the same path ('{first.Http!.Route.Text}' and '{second.Http!.Route.Text}') with an HTTP method in common. Give them different routes or methods.");
            }
        }

        // The host calls functions of other kinds with POST /{name}; a route that reached that path would let callers do so too.
        foreach (var (function, route) in http)
        {
            foreach (var other in functions.Where(f => f.Kind != FunctionKind.Http))
            {
                if (route.Is(other.Name) || (route.CanMatch(other.Name) && function.Http!.Accepts("post")))
                {
                    errors.Add($"The route '{route.Text}' of HTTP function '{function.Name}' matches /{other.Name}, by which the host calls the {other.Kind.ToString().ToLowerInvariant()} function '{other.Name}': callers could invoke it. Change the route, or set a route prefix in host.json.");
                }
            }
        }
    }

    private static bool MethodsMeet(FunctionDefinition a, FunctionDefinition b)
        => a.Http!.Methods.Count == 0 || b.Http!.Methods.Count == 0 || a.Http.Methods.Intersect(b.Http.Methods).Any();
}

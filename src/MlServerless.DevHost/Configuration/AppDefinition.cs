using Microsoft.AspNetCore.Routing.Patterns;

namespace MlServerless.DevHost.Configuration;

/// <summary>An app folder read and checked: host.json, every function, the settings.</summary>
/// <param name="Folder">Absolute path of the app.</param>
/// <param name="Notes">What the files ask for and does not happen here.</param>
internal sealed record AppDefinition(
    string Folder, HostSettings Host, IReadOnlyList<FunctionDefinition> Functions, AppSettings Settings, IReadOnlyList<string> Notes)
{
    /// <exception cref="AppConfigurationException">With every problem that was found.</exception>
    public static AppDefinition Load(string folder)
    {
        folder = Path.GetFullPath(folder);
        var hostFile = Path.Combine(folder, "host.json");
        if (!Directory.Exists(folder))
            throw new AppConfigurationException(folder, "there is no such folder; give the publish folder of a function app with --app.");
        if (!File.Exists(hostFile))
            throw new AppConfigurationException(folder, "holds no host.json; give the publish folder of a function app with --app.");

        var problems = new List<ConfigurationProblem>();
        var notes = new List<string>();
        var settings = AppSettings.Load(folder, problems);
        var host = JsonFile.Read(hostFile, "host.json", problems) is { } file
            ? HostJsonReader.Read(file, folder, settings, problems, notes)
            : new HostSettings();

        var functions = new List<FunctionDefinition>();
        var found = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "function.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Where(path => Path.GetDirectoryName(path) != folder).Order(StringComparer.Ordinal))
        {
            found++;
            var name = Path.GetFileName(Path.GetDirectoryName(path))!;
            if (JsonFile.Read(path, name + "/function.json", problems) is { } functionFile
                && FunctionJsonReader.Read(name, functionFile, settings, problems) is { } function)
            {
                functions.Add(function);
            }
        }

        if (found == 0)
            problems.Add(new(folder, null, "holds no */function.json, so there is nothing to serve; publish the app first."));
        CheckTogether(functions, host, problems);
        if (problems.Count > 0)
            throw new AppConfigurationException(problems);
        return new(folder, host, functions, settings, notes);
    }

    public FunctionDefinition? Find(string name, FunctionKind kind) =>
        Functions.FirstOrDefault(f => f.Kind == kind && string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));

    private static void CheckTogether(List<FunctionDefinition> functions, HostSettings host, List<ConfigurationProblem> problems)
    {
        foreach (var same in functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            problems.Add(new(same.Key + "/function.json", null, "two functions have this name; names ignore case."));

        var routes = functions.Where(f => f.Http is not null)
            .SelectMany(f => (f.Http!.Methods.Count == 0 ? ["*"] : f.Http.Methods).Select(m => (Function: f, Key: $"{m} {Shape(f.Http.Route)}")));
        foreach (var same in routes.GroupBy(r => r.Key, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            problems.Add(new(same.Last().Function.Name + "/function.json", null,
                $"the route '{same.Last().Function.Http!.Route}' is also that of {string.Join(", ", same.SkipLast(1).Select(r => r.Function.Name))}."));
        }

        if (host.RoutePrefix.Length > 0)
            return;
        // Through a proxied or forwarded request a caller would reach the other function's own endpoint in the app.
        var names = functions.Where(f => f.Kind != FunctionKind.Http).Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions.Where(f => f.Http is not null && names.Contains(f.Http.Route)))
        {
            problems.Add(new(function.Name + "/function.json", null,
                $"with an empty route prefix the route '{function.Http!.Route}' would open the function of that name to callers; choose another route."));
        }
    }

    private static string Shape(string route) => string.Join('/', RoutePatternFactory.Parse(route).PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "{}"))));
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Package;

/// <summary>Writes the bill of materials of the app, in CycloneDX 1.5: every package that its restore has chosen, with hash and purl.</summary>
internal static class SbomCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static int Run(string file)
    {
        string assets = Path.Combine(Repository.Root, "src", "MlServerless.Functions", "obj", "project.assets.json");
        if (!File.Exists(assets))
        {
            Console.Error.WriteLine($"{assets} is missing: run dotnet restore before.");
            return 1;
        }

        JsonObject sbom = Of(JsonNode.Parse(File.ReadAllText(assets))!.AsObject());
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, sbom.ToJsonString(Indented) + "\n");
        Console.WriteLine($"{file}: {sbom["components"]!.AsArray().Count} components");
        return 0;
    }

    /// <param name="assets">The project.assets.json that NuGet wrote.</param>
    internal static JsonObject Of(JsonObject assets)
    {
        JsonObject libraries = assets["libraries"]!.AsObject();
        var components = new JsonArray();
        var dependencies = new JsonArray();
        JsonObject target = assets["targets"]!.AsObject().Last().Value!.AsObject();
        foreach ((string key, JsonNode? library) in libraries.OrderBy(library => library.Key, StringComparer.Ordinal))
        {
            string[] parts = key.Split('/');
            bool isPackage = library!["type"]!.GetValue<string>() == "package";
            string reference = Reference(key, isPackage);
            var component = new JsonObject { ["type"] = "library", ["bom-ref"] = reference, ["name"] = parts[0], ["version"] = parts[1] };
            if (isPackage)
            {
                component["purl"] = reference;
                component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(library["sha512"]!.GetValue<string>())) });
            }

            components.Add((JsonNode)component);
            string[] needs = [.. (target[key]?["dependencies"]?.AsObject() ?? []).Select(need => libraries.Select(l => l.Key).FirstOrDefault(l => l.StartsWith(need.Key + "/", StringComparison.OrdinalIgnoreCase))).OfType<string>()];
            dependencies.Add((JsonNode)new JsonObject
            {
                ["ref"] = reference,
                ["dependsOn"] = new JsonArray([.. needs.Select(need => (JsonNode?)Reference(need, libraries[need]!["type"]!.GetValue<string>() == "package"))]),
            });
        }

        JsonObject project = assets["project"]!.AsObject();
        string name = project["restore"]!["projectName"]!.GetValue<string>();
        return new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject { ["type"] = "application", ["bom-ref"] = name, ["name"] = name, ["version"] = project["version"]!.GetValue<string>() },
                ["properties"] = new JsonArray([.. Runtime(project).Select(pack => (JsonNode?)new JsonObject { ["name"] = "dotnet:runtime-pack", ["value"] = pack })]),
            },
            ["components"] = components,
            ["dependencies"] = dependencies,
        };
    }

    private static string Reference(string key, bool isPackage) => isPackage ? "pkg:nuget/" + key.Replace('/', '@') : "project:" + key.Split('/')[0];

    /// <summary>A self-contained app carries its runtime, which restore downloads beside the packages.</summary>
    private static IEnumerable<string> Runtime(JsonObject project) =>
        project["frameworks"]!.AsObject().SelectMany(framework => framework.Value!["downloadDependencies"]?.AsArray() ?? [])
            .Select(pack => $"{pack!["name"]} {pack["version"]}").Order(StringComparer.Ordinal);
}

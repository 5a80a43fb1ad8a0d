using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MlServerless.Package;

namespace MlServerless.Functions.Tests.Deployment;

/// <summary>The bill of materials of what this build's restore has chosen.</summary>
public sealed partial class SbomTests
{
    private static readonly JsonObject Sbom = SbomCommand.Of(JsonNode.Parse(Repository.Read("src", "MlServerless.Functions", "obj", "project.assets.json"))!.AsObject());

    private static JsonObject[] Components => [.. Sbom["components"]!.AsArray().Select(component => component!.AsObject())];

    [Fact]
    public void Components_HoldEveryPackageOfTheApp_WithItsVersion()
    {
        XDocument versions = XDocument.Parse(Repository.Read("Directory.Packages.props"));
        var central = versions.Descendants("PackageVersion").ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value.Trim('[', ']'));
        string[] named =
        [
            .. Directory.EnumerateFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories).Where(project => Components.Any(c => c["name"]!.GetValue<string>() == Path.GetFileNameWithoutExtension(project)))
                .Append(Repository.Path("src", "MlServerless.Functions", "MlServerless.Functions.csproj"))
                .SelectMany(project => XDocument.Load(project).Descendants("PackageReference"))
                .Where(package => package.Attribute("PrivateAssets")?.Value != "all").Select(package => package.Attribute("Include")!.Value).Distinct(),
        ];
        Assert.True(named.Length >= 4, $"only {named.Length} packages are named");
        Assert.All(named, name =>
        {
            JsonObject component = Assert.Single(Components, c => c["name"]!.GetValue<string>() == name);
            Assert.Equal(central[name], component["version"]!.GetValue<string>());
        });
    }

    [Fact]
    public void Packages_HaveAddressAndHash_AndDependOnWhatIsThere()
    {
        Assert.Equal("CycloneDX", Sbom["bomFormat"]!.GetValue<string>());
        string[] references = [.. Components.Select(component => component["bom-ref"]!.GetValue<string>())];
        Assert.Equal(references.Length, references.Distinct().Count());
        JsonObject[] packages = [.. Components.Where(component => component["purl"] is not null)];
        Assert.True(packages.Length > 10, $"only {packages.Length} packages");
        Assert.All(packages, package =>
        {
            Assert.Equal($"pkg:nuget/{package["name"]}@{package["version"]}", package["purl"]!.GetValue<string>());
            Assert.Matches(Sha512(), package["hashes"]![0]!["content"]!.GetValue<string>());
        });
        Assert.All(Sbom["dependencies"]!.AsArray(), dependency =>
        {
            Assert.Contains(dependency!["ref"]!.GetValue<string>(), references);
            Assert.All(dependency["dependsOn"]!.AsArray(), needed => Assert.Contains(needed!.GetValue<string>(), references));
        });
        Assert.Contains(Sbom["metadata"]!["properties"]!.AsArray(), property => property!["value"]!.GetValue<string>().StartsWith("Microsoft.NETCore.App.Runtime.linux-x64 ", StringComparison.Ordinal));
    }

    [GeneratedRegex("^[0-9a-f]{128}$")]
    private static partial Regex Sha512();
}

using System.Text.RegularExpressions;
using MlServerless.Functions.Tests.Deployment.Bicep;
using YamlDotNet.RepresentationModel;

namespace MlServerless.Functions.Tests.Deployment;

/// <summary>Workflows and azure.yaml: they parse, and what they name exists.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Repository.Path(".github", "workflows"), "*.yml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_IsWellFormed_AndSendsNoSecret(string name)
    {
        YamlMappingNode workflow = Read(Repository.Path(".github", "workflows", name));
        Assert.True(workflow.Children.ContainsKey("on"), "on");
        Assert.Equal("read", Text(Map(workflow, "permissions"), "contents"));
        string text = File.ReadAllText(Repository.Path(".github", "workflows", name));
        Assert.DoesNotContain("secrets.", text);
        foreach ((YamlNode jobName, YamlNode job) in Map(workflow, "jobs").Children)
        {
            Assert.NotNull(Text((YamlMappingNode)job, "runs-on"));
            Assert.True(((YamlMappingNode)job).Children.ContainsKey("timeout-minutes"), $"{jobName} may run for ever.");
            foreach (YamlMappingNode step in ((YamlSequenceNode)((YamlMappingNode)job).Children["steps"]).Children.Cast<YamlMappingNode>())
            {
                string? uses = Text(step, "uses");
                string? run = Text(step, "run");
                Assert.True(uses is null ^ run is null, $"{jobName}: a step either uses or runs.");
                if (uses is not null)
                    Assert.Matches(@"^[\w-]+/[\w-]+@v\d+$", uses);

                // Values of an event or input in a script would be code that a stranger writes; numbers and variables of the environment are not.
                if (run is not null)
                    Assert.DoesNotMatch(@"\$\{\{\s*(inputs|github\.event\.(?!pull_request\.number)|github\.head_ref)", run);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_WhatItRuns_Exists(string name)
    {
        string text = File.ReadAllText(Repository.Path(".github", "workflows", name));
        string[] files = [.. Script().Matches(text).Select(match => match.Groups["path"].Value).Distinct()];

        // What a build makes is not there before it; its project is.
        Assert.All(files.Select(file => file.Split("/bin/")[0]), file => Assert.True(File.Exists(Repository.Path(file)) || Directory.Exists(Repository.Path(file)), file));
        if (OperatingSystem.IsWindows())
            return;
        foreach (string script in files.Where(file => file.EndsWith(".sh", StringComparison.Ordinal) || file == ".ci/run"))
            Assert.True(File.GetUnixFileMode(Repository.Path(script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be executed");
    }

    [Fact]
    public void Deploy_HasAnIdentityAndNoPassword()
    {
        YamlMappingNode workflow = Read(Repository.Path(".github", "workflows", "deploy.yml"));
        Assert.Equal("write", Text(Map(workflow, "permissions"), "id-token"));
        string text = File.ReadAllText(Repository.Path(".github", "workflows", "deploy.yml"));
        Assert.Contains("--federated-credential-provider github", text);
        Assert.DoesNotContain("client-secret", text);

        // What azd fills the templates with comes from its environment.
        // One that is left out would take its default, and with it take back what was set by hand. azd itself says who is signed in.
        string[] asked = [.. Variable().Matches(Repository.Read("infra", "main.parameters.json")).Select(match => match.Groups["name"].Value).Except(["AZURE_PRINCIPAL_ID"])];
        Assert.True(asked.Length > 5, $"only {asked.Length} variables were found");
        Assert.All(asked, variable => Assert.Contains(variable + ":", text));
        Assert.All(Output().Matches(text).Select(match => match.Groups["name"].Value), output => Assert.Contains(BicepFile.Main.Of("output"), o => o.Name == output));
    }

    /// <summary>What azd's schema (schemas/v1.0/azure.yaml.json) knows of the members that are used.</summary>
    [Fact]
    public void AzureYaml_IsWhatAzdReads()
    {
        YamlMappingNode root = Read(Repository.Path("azure.yaml"));
        Assert.Empty(Keys(root).Except(["name", "metadata", "requiredVersions", "infra", "services", "hooks", "pipeline", "resourceGroup"]));
        Assert.Equal("bicep", Text(Map(root, "infra"), "provider"));
        Assert.True(File.Exists(Repository.Path(Text(Map(root, "infra"), "path")!, Text(Map(root, "infra"), "module") + ".bicep")));
        (YamlNode name, YamlNode node) = Assert.Single(Map(root, "services").Children);
        var service = (YamlMappingNode)node;
        Assert.Empty(Keys(service).Except(["project", "language", "host", "dist", "hooks", "resourceName", "module"]));
        Assert.Equal("function", Text(service, "host"));
        Assert.Equal("custom", Text(service, "language"));
        Assert.EndsWith(".zip", Text(service, "dist"));
        Assert.Contains($"'azd-service-name': '{name}'", Repository.Read("infra", "main.bicep"));

        YamlMappingNode hook = Map(Map(service, "hooks"), "prepackage");
        Assert.Equal(["posix", "windows"], Keys(hook).Order(StringComparer.Ordinal));
        Assert.All(hook.Children.Values.Cast<YamlMappingNode>(), shell => Assert.Contains($"pack {Text(service, "dist")}", Text(shell, "run")));
        Assert.All(hook.Children.Values.Cast<YamlMappingNode>(), shell => Assert.Contains(Text(shell, "shell"), new[] { "sh", "pwsh" }));
    }

    private static YamlMappingNode Read(string path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(path);
        stream.Load(reader);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, string name) => (YamlMappingNode)node.Children[name];

    private static string? Text(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;

    private static IEnumerable<string> Keys(YamlMappingNode node) => node.Children.Keys.Select(key => ((YamlScalarNode)key).Value!);

    [GeneratedRegex(@"(?<![\w./-])(?<path>(?:\.ci|eng|infra|src|tests)/[\w./-]*\w)")]
    private static partial Regex Script();

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<default>=[^}]*)?\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"get-value (?<name>\w+)")]
    private static partial Regex Output();
}

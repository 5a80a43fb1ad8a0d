using System.Text.Json.Nodes;
using MlServerless.Functions.Tests.Deployment.Bicep;

namespace MlServerless.Functions.Tests.Deployment;

/// <summary>Types of the templates: what modules are given and give, defaults within their bounds, and what is read of resources once they exist.</summary>
public sealed class BicepTypeTests
{
    private const string Unknown = "";

    private static readonly Dictionary<string, string> Results = new()
    {
        ["uniqueString"] = "string", ["toLower"] = "string", ["guid"] = "string", ["subscriptionResourceId"] = "string", ["cidrSubnet"] = "string", ["loadTextContent"] = "string",
        ["concat"] = "array", ["items"] = "array", ["string"] = "string", ["union"] = "object", ["subscription"] = "object", ["environment"] = "object", ["tenant"] = "object", ["resourceGroup"] = "object", ["empty"] = "bool",
    };

    /// <summary>What every resource can be asked for, and what those of a type answer besides, from the published schemas.</summary>
    private static readonly string[] Common = ["id", "name", "type", "location", "tags"];

    private static readonly Dictionary<string, string[]> Readable = new()
    {
        ["Microsoft.Resources/resourceGroups"] = [],
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = ["properties.clientId", "properties.principalId", "properties.tenantId"],
        ["Microsoft.OperationalInsights/workspaces"] = ["properties.customerId"],
        ["Microsoft.Insights/components"] = ["properties.ConnectionString", "properties.InstrumentationKey"],
        ["Microsoft.Insights/actionGroups"] = [],
        ["Microsoft.EventGrid/systemTopics"] = ["identity.principalId", "identity.tenantId", "properties.source"],
        ["Microsoft.Storage/storageAccounts"] = ["properties.primaryEndpoints.blob", "properties.primaryEndpoints.queue", "properties.primaryEndpoints.table"],
        ["Microsoft.Storage/storageAccounts/queueServices/queues"] = [],
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = [],
        ["Microsoft.Web/serverfarms"] = [],
        ["Microsoft.Web/sites"] = ["properties.defaultHostName"],
        ["Microsoft.Network/virtualNetworks"] = [],
        ["Microsoft.Network/virtualNetworks/subnets"] = [],
        ["Microsoft.Network/privateDnsZones"] = [],
    };

    public static TheoryData<string> Files => [.. BicepFile.All.Select(file => file.Name)];

    [Fact]
    public void EveryModule_IsGivenTheTypesThatItAsks()
    {
        BicepFile main = BicepFile.Main;
        int known = 0;
        foreach (BicepDeclaration module in main.Of("module"))
        {
            BicepFile file = BicepFile.Named(Path.GetFileName(module.Type));
            foreach (BicepNode given in module.Body!.Core["params"]!.Items)
            {
                string asked = file.Of("param").Single(param => param.Name == given.Value).Type;
                string type = TypeOf(main, given.Items[0]);
                Assert.True(type == Unknown || type == asked, $"{module.Name}.{given.Value} is {asked}, and is given {type}.");
                known += type == Unknown ? 0 : 1;
            }
        }

        Assert.True(known > 40, $"only {known} types are known");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryOutputAndDefault_IsOfItsType(string name)
    {
        BicepFile file = BicepFile.Named(name);
        foreach (BicepDeclaration declaration in file.Of("output").Concat(file.Of("param").Where(param => param.Body is not null)))
        {
            string type = TypeOf(file, declaration.Body!);
            Assert.True(type == Unknown || type == declaration.Type, $"{name}: {declaration.Name} is {declaration.Type}, and its value {type}.");
        }
    }

    /// <summary>A default is within its bounds; so is what the parameter file says when the environment says nothing.</summary>
    [Fact]
    public void EveryDefault_IsAllowed()
    {
        JsonObject given = JsonNode.Parse(Repository.Read("infra", "main.parameters.json"))!["parameters"]!.AsObject();
        foreach (BicepDeclaration param in BicepFile.Main.Of("param"))
        {
            if (param.Body is { } value)
                RequireAllowed(param, value.Kind == BicepKind.Text ? BicepFile.Main.Strings(value)[0] : value.Kind == BicepKind.Operator ? "-" + value.Items[0].Value : value.Value);
            if (given[param.Name]?["value"] is JsonValue filled && filled.GetValue<string>() is var text && text.Contains('=', StringComparison.Ordinal))
            {
                string fallback = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..^1];
                RequireAllowed(param, fallback);
                Assert.True(param.Type switch { "bool" => bool.TryParse(fallback, out _), "int" => int.TryParse(fallback, out _), _ => true }, $"{param.Name} is {param.Type}: {text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryPropertyThatIsRead_IsOneThatTheResourceHas(string name)
    {
        BicepFile file = BicepFile.Named(name);
        BicepNode[] all = [.. file.Declarations.Where(d => d.Body is not null).SelectMany(d => d.Body!.All())];
        foreach (BicepNode read in all.Where(node => node.Kind == BicepKind.Member && !all.Any(outer => outer.Kind == BicepKind.Member && ReferenceEquals(outer.Items[0], node))))
        {
            (BicepDeclaration? resource, string path) = Resolve(file, read);
            if (resource is null || path.Length == 0)
                continue;
            string type = file.Resources.Single(r => ReferenceEquals(r.Declaration, resource)).Type.Split('@')[0];
            Assert.True(Readable.ContainsKey(type), $"{name}: what can be read of {type} is not in the table.");
            Assert.True(Common.Contains(path.Split('.')[0]) || Readable[type].Contains(path), $"{name}: {resource.Name}.{path} is nothing that {type} has.");
        }
    }

    private static void RequireAllowed(BicepDeclaration param, string value)
    {
        if (param.Decorator("allowed") is { } allowed)
            Assert.Contains(value, allowed.Items[1].Items.Select(item => item.Kind == BicepKind.Text ? item.Items[0].Value : item.Value));
        if (param.Type != "int")
            return;
        int number = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        if (param.Decorator("minValue") is { } least)
            Assert.True(number >= Number(least.Items[1]), param.Name);
        if (param.Decorator("maxValue") is { } most)
            Assert.True(number <= Number(most.Items[1]), param.Name);
    }

    private static int Number(BicepNode node) =>
        node.Kind == BicepKind.Operator ? -Number(node.Items[0]) : int.Parse(node.Value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The resource that an expression reads of, and the path of what it reads; null for anything else.</summary>
    private static (BicepDeclaration? Resource, string Path) Resolve(BicepFile file, BicepNode node)
    {
        switch (node.Kind)
        {
            case BicepKind.Identifier:
                return (file.Declarations.FirstOrDefault(d => d.Keyword == "resource" && d.Name == node.Value), "");
            case BicepKind.Index:
                return Resolve(file, node.Items[0]);
            case BicepKind.Member:
                (BicepDeclaration? resource, string path) = Resolve(file, node.Items[0]);
                if (resource is not null && path.Length == 0 && resource.Nested.FirstOrDefault(nested => nested.Name == node.Value) is { } inner)
                    return (inner, "");
                return (resource, path.Length == 0 ? node.Value : $"{path}.{node.Value}");
            default:
                return (null, "");
        }
    }

    private static string TypeOf(BicepFile file, BicepNode node)
    {
        switch (node.Kind)
        {
            case BicepKind.Text:
                return "string";
            case BicepKind.Number:
                return "int";
            case BicepKind.Literal:
                return node.Value == "null" ? Unknown : "bool";
            case BicepKind.Object:
                return "object";
            case BicepKind.Array or BicepKind.Loop:
                return "array";
            case BicepKind.Call when node.Items[0].Kind == BicepKind.Identifier:
                return Results.GetValueOrDefault(node.Items[0].Value, Unknown);
            case BicepKind.Identifier:
                BicepDeclaration? declared = file.Declarations.FirstOrDefault(d => d.Name == node.Value);
                return declared?.Keyword switch { "param" => declared.Type, "var" => TypeOf(file, declared.Body!), _ => Unknown };
            case BicepKind.Operator when node.Value == "?:":
                string then = TypeOf(file, node.Items[1]), otherwise = TypeOf(file, node.Items[2]);
                return then == otherwise || otherwise == Unknown ? then : then == Unknown ? otherwise : $"{then} or {otherwise}";
            case BicepKind.Operator when node.Value is "-" or "+" or "*" or "/" or "%":
                return "int";
            case BicepKind.Operator when node.Value != "??":
                return "bool";
            case BicepKind.Member when node.Items[0] is { Kind: BicepKind.Member, Value: "outputs" } outputs && outputs.Items[0].Kind == BicepKind.Identifier:
                BicepDeclaration? module = file.Of("module").FirstOrDefault(m => m.Name == outputs.Items[0].Value);
                return module is null ? Unknown : BicepFile.Named(Path.GetFileName(module.Type)).Of("output").Single(o => o.Name == node.Value).Type;
            case BicepKind.Member when Resolve(file, node) is ({ } resource, "id" or "name"):
                return "string";
            default:
                return Unknown;
        }
    }
}

using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using MlServerless.Functions.Hosting;
using MlServerless.Functions.Tests.Deployment.Bicep;
using MlServerless.Storage;

namespace MlServerless.Functions.Tests.Deployment;

/// <summary>
/// What can be known of the templates without the Bicep compiler: that they parse, that every name in them is declared and every declaration used, that modules
/// are called as they ask to be, and that resources have only properties that their api-versions know.
/// </summary>
public sealed class BicepTests
{
    private static readonly string[] Functions =
    [
        "uniqueString", "toLower", "union", "concat", "guid", "subscriptionResourceId", "empty", "subscription", "environment", "tenant", "resourceGroup", "cidrSubnet", "loadTextContent", "items", "string",
    ];

    private static readonly Dictionary<string, string> Roles = new()
    {
        ["blobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["blobDataContributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["blobDataReader"] = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        ["queueDataContributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["queueDataMessageSender"] = "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
        ["tableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
    };

    private static readonly JsonObject Types = ReadTypes();

    public static TheoryData<string> Files => [.. BicepFile.All.Select(file => file.Name)];

    [Fact]
    public void Parser_WhatItDoesNotKnow_IsAnError()
    {
        string file = Path.GetTempFileName();
        try
        {
            foreach (string wrong in new[] { "param a string = ", "var a = {", "resource a 'x' = 'y'", "import x", "var a = 'b", "var a = [1", "output a string" })
            {
                File.WriteAllText(file, wrong + "\n");
                Assert.ThrowsAny<Exception>(() => BicepParser.Parse(file));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryName_IsDeclared_AndEveryDeclarationUsed(string name)
    {
        BicepFile file = BicepFile.Named(name);
        HashSet<string> declared = [.. file.Declarations.Where(d => d.Keyword is not ("output" or "targetScope")).Select(d => d.Name)];
        var used = new HashSet<string>();
        foreach (BicepDeclaration declaration in file.Declarations)
        {
            foreach (BicepNode root in declaration.Decorators.Where(d => d.Items[0].Value is not ("description" or "allowed" or "minLength" or "maxLength" or "minValue" or "maxValue" or "secure")).Append(declaration.Body).OfType<BicepNode>())
                Look(root, [.. root.All().Where(n => n.Kind == BicepKind.Loop).SelectMany(n => n.Value.Split(','))]);
        }

        Assert.Empty(file.Declarations.Where(d => d.Keyword is "param" or "var").Select(d => d.Name).Except(used));

        void Look(BicepNode root, HashSet<string> loops)
        {
            HashSet<string> called = [];
            foreach (BicepNode node in root.All())
            {
                if (node.Kind == BicepKind.Call && node.Items[0].Kind == BicepKind.Identifier)
                {
                    Assert.Contains(node.Items[0].Value, Functions);
                    called.Add(node.Items[0].Value);
                }

                if (node.Kind != BicepKind.Identifier || called.Contains(node.Value))
                    continue;
                used.Add(node.Value);
                Assert.True(declared.Contains(node.Value) || loops.Contains(node.Value), $"{name}: '{node.Value}' is not declared.");
            }
        }
    }

    [Fact]
    public void EveryModule_IsCalledAsItAsks_AndItsOutputsAreUsed()
    {
        BicepFile main = BicepFile.Main;
        BicepNode[] members = [.. main.Declarations.Select(d => d.Body).OfType<BicepNode>().SelectMany(body => body.All()).Where(n => n.Kind == BicepKind.Member)];
        var files = new HashSet<string> { main.Name };
        foreach (BicepDeclaration module in main.Of("module"))
        {
            BicepFile file = BicepFile.Named(Path.GetFileName(module.Type));
            Assert.True(File.Exists(Repository.Path("infra", module.Type)), module.Type);
            Assert.True(files.Add(file.Name), $"{file.Name} is used twice.");
            string[] given = [.. module.Body!.Core["params"]!.Items.Select(p => p.Value)];
            Assert.Empty(given.Except(file.Of("param").Select(p => p.Name)));
            Assert.Empty(file.Of("param").Where(p => p.Body is null).Select(p => p.Name).Except(given));
            string[] used = [.. members.Where(m => m.Items[0] is { Kind: BicepKind.Member, Value: "outputs" } outputs && outputs.Items[0].Value == module.Name).Select(m => m.Value).Distinct()];
            Assert.Empty(used.Except(file.Of("output").Select(o => o.Name)));
            Assert.Empty(file.Of("output").Select(o => o.Name).Except(used));
        }

        Assert.Empty(BicepFile.All.Select(file => file.Name).Except(files));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryResource_HasWhatItsApiVersionKnows(string name)
    {
        foreach ((string type, BicepDeclaration resource) in BicepFile.Named(name).Resources)
        {
            JsonNode? known = Types[type];
            Assert.True(known is not null, $"{name}: {type} is not among the known types.");
            if (!resource.Existing)
                Check($"{name}: {resource.Name}", resource.Body!.Core, known);
        }
    }

    [Fact]
    public void KnownTypes_AreUsed()
    {
        string[] used = [.. BicepFile.All.SelectMany(file => file.Resources).Select(r => r.Type).Distinct()];
        Assert.Empty(Types.Select(t => t.Key).Where(key => key != "//").Except(used));
    }

    [Fact]
    public void Roles_AreThoseOfAzure_AndEachIsGiven()
    {
        var named = BicepFile.All.SelectMany(file => file.Of("var").Select(v => (file, v))).Where(v => v.v.Body!.Kind == BicepKind.Text && Guid.TryParse(v.file.Strings(v.v.Body)[0], out _)).ToList();
        Assert.Equal(Roles.Keys.Order(StringComparer.Ordinal), named.Select(v => v.v.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(named, role => Assert.Equal(Roles[role.v.Name], role.file.Strings(role.v.Body!)[0]));

        // No role on the whole account for a person but to read, none of them Owner or Contributor of resources.
        BicepFile roles = BicepFile.Named("roles.bicep");
        Assert.Contains("blobDataReader", roles.Resource("userReads").Body!.All().Select(n => n.Value));
        Assert.DoesNotContain("blobDataContributor", roles.Resource("userReads").Body!.All().Select(n => n.Value));
    }

    [Fact]
    public void Storage_HoldsWhatTheAppNames()
    {
        BicepFile storage = BicepFile.Named("storage.bicep");
        var names = new StorageNames();
        string[] containers = [names.Incoming, names.Store, names.Pipelines, names.MonitoringBlobs, names.Checkpoints, names.Batches, "app-package"];
        Assert.Equal(containers.Order(StringComparer.Ordinal), storage.NamesOf(storage.Resource("container")).Order(StringComparer.Ordinal));
        Assert.Equal(["promotion-heads"], storage.NamesOf(storage.Resource("heads")));
        string[] queues = [names.Commands, names.Commands + "-poison", names.DatasetEvents, names.DatasetEvents + "-poison", names.Events];
        Assert.Equal(queues.Order(StringComparer.Ordinal), storage.NamesOf(storage.Resource("queue")).Order(StringComparer.Ordinal));
        string[] tables = [names.DataTable, names.MonitoringTable, names.RegistryTable, names.RunsTable];
        Assert.Equal(tables.Order(StringComparer.Ordinal), storage.NamesOf(storage.Resource("table")).Order(StringComparer.Ordinal));
        Assert.Equal([names.Incoming], storage.Strings(storage.Of("output").Single(o => o.Name == "uploadContainer").Body!));
        Assert.Equal([names.DatasetEvents], storage.Strings(storage.Of("output").Single(o => o.Name == "eventQueue").Body!));
    }

    [Fact]
    public void Storage_IsClosed_Versioned_AndItsLifecycleTouchesUploadsAndSketchesAlone()
    {
        BicepFile storage = BicepFile.Named("storage.bicep");
        BicepNode account = storage.Resource("account").Body!["properties"]!;
        Assert.Equal("false", account["allowSharedKeyAccess"]!.Value);
        Assert.Equal("false", account["allowBlobPublicAccess"]!.Value);
        Assert.Equal("true", storage.Resource("blobs").Body!["properties"]!["isVersioningEnabled"]!.Value);
        Assert.All(storage.Resources.Where(r => r.Type.Contains("/containers@", StringComparison.Ordinal)), r => Assert.Equal(["None"], storage.Strings(r.Declaration.Body!.Core["properties"]!["publicAccess"]!)));
        string[] prefixes = [.. storage.Resource("lifecycle").Body!.All().Where(n => n is { Kind: BicepKind.Property, Value: "prefixMatch" }).SelectMany(n => storage.Strings(n.Items[0]))];
        Assert.Equal(["incoming/", "monitoring/"], prefixes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Heads_AreImmutableForATime()
    {
        BicepNode policy = BicepFile.Named("storage.bicep").Resource("policy").Body!.Core["properties"]!;
        Assert.Equal("promotionHeadDays", policy["immutabilityPeriodSinceCreationInDays"]!.Value);
        Assert.Equal("true", policy["allowProtectedAppendWrites"]!.Value);
        Assert.True(int.Parse(BicepFile.Main.Of("param").Single(p => p.Name == "promotionHeadDays").Body!.Value, System.Globalization.CultureInfo.InvariantCulture) >= 90);
    }

    [Fact]
    public void Telemetry_TakesNoKeys()
    {
        BicepFile monitoring = BicepFile.Named("monitoring.bicep");
        Assert.Equal("true", monitoring.Resource("insights").Body!["properties"]!["DisableLocalAuth"]!.Value);
        Assert.Equal("true", monitoring.Resource("workspace").Body!["properties"]!["features"]!["disableLocalAuth"]!.Value);
    }

    [Fact]
    public void App_IsACustomHandlerOnFlexConsumption_WithSettingsThatItReads()
    {
        BicepFile file = BicepFile.Named("function-app.bicep");
        BicepNode properties = file.Resource("app").Body!["properties"]!;
        Assert.Equal(["custom"], file.Strings(properties["functionAppConfig"]!["runtime"]!["name"]!));
        Assert.Equal(["FC1"], file.Strings(file.Resource("plan").Body!["sku"]!["name"]!));
        string[] settings = [.. Var(file, "settings").Items.Concat(Var(file, "memory").Items.SelectMany(size => size.Items[0].Items)).Select(setting => setting.Value).Distinct()];
        Assert.Contains("AzureWebJobsStorage__blobServiceUri", settings);

        // Refused by Flex Consumption, or set by it.
        string[] refused = ["FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "SCM_DO_BUILD_DURING_DEPLOYMENT", "TZ"];
        Assert.DoesNotContain(settings, setting => refused.Contains(setting) || setting.StartsWith("WEBSITE_CONTENT", StringComparison.Ordinal));
        string documented = Repository.Read("docs", "operations.md") + Repository.Read("docs", "settings.md");
        Assert.All(settings, setting => Assert.Contains(setting.Split("__")[^1], documented));
    }

    /// <summary>An instance's memory bounds what a step and the models may take; the host and the process itself need the rest.</summary>
    [Fact]
    public void Memory_OfEveryInstanceSize_IsBounded()
    {
        BicepNode memory = Var(BicepFile.Named("function-app.bicep"), "memory");
        BicepNode sizes = BicepFile.Main.Of("param").Single(param => param.Name == "instanceMemoryMB").Decorator("allowed")!.Items[1];
        Assert.Equal(sizes.Items.Select(size => size.Value), memory.Items.Select(size => size.Value));
        foreach (BicepNode size in memory.Items)
        {
            Dictionary<string, string?> given = size.Items[0].Items.ToDictionary(setting => setting.Value.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Items[0].Items[0].Value);
            given["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
            AppSettings settings = AppSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build());
            Assert.Empty(settings.Faults);
            long instance = long.Parse(size.Value, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000;
            Assert.InRange(settings.Pipelines.MemoryBudget + settings.Pipelines.ModelMemory, instance / 3, instance - 300_000_000);
        }
    }

    /// <summary>What the parameter file sets of the app is something that the app knows.</summary>
    [Fact]
    public void AppSettings_OfTheParameterFile_AreKnown()
    {
        JsonObject given = JsonNode.Parse(Repository.Read("infra", "main.parameters.json"))!["parameters"]!["appSettings"]!["value"]!.AsObject();
        Assert.Empty(Faults(given));
        Assert.Single(Faults(new JsonObject { ["MlServerless__MemoryBugdet"] = "1" }));

        static IReadOnlyList<string> Faults(JsonObject given) => AppSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            given.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value!.GetValue<string>())).Append(new("AzureWebJobsStorage", "UseDevelopmentStorage=true"))).Build()).Faults;
    }

    [Fact]
    public void Events_OfUploadsAlone_GoToTheQueueByIdentity()
    {
        BicepFile events = BicepFile.Named("events.bicep");
        BicepNode properties = events.Resource("uploads").Body!["properties"]!;
        Assert.Equal(["/blobServices/default/containers/{}/"], events.Strings(properties["filter"]!["subjectBeginsWith"]!));
        Assert.Contains("uploadContainer", properties["filter"]!["subjectBeginsWith"]!.All().Select(n => n.Value));
        Assert.Equal(["Microsoft.Storage.BlobCreated"], events.Strings(properties["filter"]!["includedEventTypes"]!));
        Assert.Null(properties["destination"]);
        Assert.Equal(["StorageQueue"], events.Strings(properties["deliveryWithResourceIdentity"]!["destination"]!["endpointType"]!));
        Assert.Contains("topicMaySend", events.Resource("uploads").Body!["dependsOn"]!.All().Select(n => n.Value));
    }

    [Fact]
    public void Main_DocumentsItsParameters_TagsForAzd_AndIsGivenWhatItAsks()
    {
        BicepFile main = BicepFile.Main;
        Assert.All(main.Of("param"), p => Assert.False(string.IsNullOrWhiteSpace(p.Description), p.Name));
        string operations = Repository.Read("docs", "operations.md");
        Assert.All(main.Of("param"), p => Assert.Contains($"`{p.Name}`", operations));

        JsonObject file = JsonNode.Parse(Repository.Read("infra", "main.parameters.json"))!["parameters"]!.AsObject();
        Assert.Empty(file.Select(p => p.Key).Except(main.Of("param").Select(p => p.Name)));
        Assert.Empty(main.Of("param").Where(p => p.Body is null).Select(p => p.Name).Except(file.Select(p => p.Key)));

        Assert.Contains("azd-env-name", Repository.Read("infra", "main.bicep"));
        Assert.Contains(main.Of("module").Single(m => m.Name == "app").Body!["params"]!["tags"]!.All(), n => n.Value == "azd-service-name");
        Assert.All(
            BicepFile.All.SelectMany(f => f.Resources).Where(r => !r.Declaration.Existing && Types[r.Type]!.AsObject().ContainsKey("tags")),
            r => Assert.NotNull(r.Declaration.Body!.Core["tags"]));
    }

    [Fact]
    public void Outputs_AreUsedOutsideTheTemplates()
    {
        string readers = string.Concat(new[] { "README.md", "azure.yaml" }.Select(name => Repository.Read(name)))
            + string.Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md").Concat(Directory.EnumerateFiles(Repository.Path(".github"), "*", SearchOption.AllDirectories)).Select(File.ReadAllText));
        Assert.All(BicepFile.Main.Of("output"), output => Assert.Contains(output.Name, readers));
    }

    private static BicepNode Var(BicepFile file, string name) => file.Of("var").Single(v => v.Name == name).Body!;

    private static void Check(string place, BicepNode given, JsonNode? known)
    {
        switch (known)
        {
            case JsonObject members:
                foreach (BicepNode body in Objects(given))
                {
                    string[] names = [.. members.Select(m => m.Key.TrimEnd('!'))];
                    string[] ours = [.. body.Items.Where(i => i.Kind == BicepKind.Property).Select(i => i.Value)];
                    Assert.Empty(ours.Except(names).Except(["parent", "scope", "dependsOn"]).Select(n => $"{place}.{n} is not known"));
                    Assert.Empty(members.Where(m => m.Key.EndsWith('!')).Select(m => m.Key.TrimEnd('!')).Except(ours).Select(n => $"{place}.{n} is missing"));
                    foreach (BicepNode item in body.Items.Where(i => i.Kind == BicepKind.Property))
                        Check($"{place}.{item.Value}", item.Items[0], members[item.Value] ?? members[item.Value + "!"]);
                }

                break;
            case JsonArray values:
                foreach (BicepNode text in given.All().Where(n => n.Kind == BicepKind.Text && n.Items is [{ Items.Count: 0, Kind: BicepKind.Text }]))
                    Assert.True(values.Any(v => v!.GetValue<string>() == text.Items[0].Value), $"{place}: '{text.Items[0].Value}' is none of {values.ToJsonString()}.");
                break;
        }
    }

    /// <summary>The objects that a value is made of, whether it is one, a list of them or a loop that makes them.</summary>
    private static IEnumerable<BicepNode> Objects(BicepNode node) => node.Core switch
    {
        { Kind: BicepKind.Object } body => [body],
        { Kind: BicepKind.Array } list => list.Items.SelectMany(Objects),
        _ => [],
    };

    private static JsonObject ReadTypes()
    {
        using Stream stream = typeof(BicepTests).Assembly.GetManifestResourceStream("resource-types.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}

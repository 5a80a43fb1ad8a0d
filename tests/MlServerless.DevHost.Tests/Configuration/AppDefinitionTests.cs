namespace MlServerless.DevHost.Tests.Configuration;

public sealed class AppDefinitionTests : IDisposable
{
    private const string Host = """
        {
          // A comment, as the host allows it.
          "version": "2.0",
          "customHandler": { "description": { "defaultExecutablePath": "app" }, "enableProxyingHttpRequest": true },
          "extensions": { "http": { "routePrefix": "" } },
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devhost-app");

    public AppDefinitionTests() => File.WriteAllText(Path.Combine(_folder.FullName, "app"), "");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_ReadsEverySection()
    {
        Write("host.json", """
            {
              "version": "2.0",
              "functionTimeout": "00:07:00",
              "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)" },
              "customHandler": {
                "description": { "defaultExecutablePath": "app", "arguments": ["a", "b"] },
                "enableForwardingHttpRequest": true, "initializationTimeout": "00:01:00"
              },
              "extensions": {
                "http": { "routePrefix": "v1/" },
                "queues": { "batchSize": 4, "maxDequeueCount": 7, "visibilityTimeout": "00:00:30", "messageEncoding": "none" },
                "durableTask": { "hubName": "Hub1", "maxConcurrentActivityFunctions": 1 },
                "eventHubs": {}
              }
            }
            """);
        Function("F", """{"type":"timerTrigger","direction":"in","name":"t","schedule":"%When%"}""");
        Write("local.settings.json", """{"Values":{"When":"0 0 * * * *"}}""");
        var app = AppDefinition.Load(_folder.FullName);
        Assert.Equal("v1", app.Host.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(7), app.Host.FunctionTimeout);
        Assert.Equal(["a", "b"], app.Host.Handler.Arguments);
        Assert.Equal((true, false, TimeSpan.FromMinutes(1)), (app.Host.Handler.EnableForwarding, app.Host.Handler.EnableProxying, app.Host.Handler.InitializationTimeout));
        Assert.Equal(new QueueSettings { BatchSize = 4, NewBatchThreshold = 2, MaxDequeueCount = 7, VisibilityTimeout = TimeSpan.FromSeconds(30), Base64 = false }, app.Host.Queues);
        Assert.Equal(("Hub1", 1), (app.Host.Durable.HubName, app.Host.Durable.MaxConcurrentActivities));
        Assert.Contains("eventHubs", Assert.Single(app.Notes), StringComparison.Ordinal);
        Assert.Equal("0 0 * * * *", app.Settings.Added["When"]);
    }

    [Fact]
    public void Load_EveryProblem_IsToldAtOnceWithItsLine()
    {
        Write("host.json", """
            {
              "version": "1.0",
              "customHandler": { "description": { "defaultExecutablePath": "missing" } },
              "extensions": {
                "queues": { "messageEncoding": "base63",
                  "batchSize": 33 },
                "durableTask": { "maxConcurrentActivityFunctions": "one" }
              }
            }
            """);
        Function("A", """{"type":"queueTrigger","direction":"in","name":"q","queueName":"%Nowhere%"}""");
        Function("B", """{"type":"blobTrigger","direction":"in","name":"b","path":"x"}""");
        Write("C/function.json", "{\n  \"bindings\": [\n    { \"type\": }\n  ]\n}");
        Function("D", """{"type":"httpTrigger","name":"r","authLevel":"some","route":"{a}/{a}"},{"type":"http","direction":"out","name":"r"}""");
        Function("E", """{"type":"activityTrigger","name":"a"},{"type":"activityTrigger","name":"b"}""");
        var problems = Assert.Throws<AppConfigurationException>(() => AppDefinition.Load(_folder.FullName)).Problems.Select(p => p.ToString()).ToList();
        void Told(string start, string part) => Assert.Contains(problems, p => p.StartsWith(start, StringComparison.Ordinal) && p.Contains(part, StringComparison.Ordinal));
        Told("host.json(2)", "version");
        Told("host.json(3)", "missing");
        Told("host.json(5)", "messageEncoding");
        Told("host.json(6)", "batchSize");
        Told("host.json(7)", "maxConcurrentActivityFunctions");
        Told("A/function.json(1)", "'Nowhere' is not set");
        Told("B/function.json(1)", "blobTrigger");
        Told("C/function.json(3)", "not valid JSON");
        Told("D/function.json(1)", "authLevel");
        Told("D/function.json(1)", "route");
        Told("D/function.json(1)", "stands twice");
        Told("E/function.json(1)", "2 triggers");
        Assert.Equal(12, problems.Count);
    }

    [Fact]
    public void Load_RouteOfAnotherFunctionsName_IsRefused()
    {
        Write("host.json", Host);
        Function("Train", """{"type":"activityTrigger","name":"input"}""");
        Function("Open", """{"type":"httpTrigger","name":"req","route":"train"},{"type":"http","direction":"out","name":"res"}""");
        Assert.Contains("would open", Assert.Throws<AppConfigurationException>(() => AppDefinition.Load(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SameRouteAndMethod_IsRefused()
    {
        Write("host.json", Host);
        Function("A", """{"type":"httpTrigger","name":"req","route":"x/{a}","methods":["get"]},{"type":"http","direction":"out","name":"res"}""");
        Function("B", """{"type":"httpTrigger","name":"req","route":"X/{b}","methods":["post"]},{"type":"http","direction":"out","name":"res"}""");
        Assert.Equal(2, AppDefinition.Load(_folder.FullName).Functions.Count);
        Function("C", """{"type":"httpTrigger","name":"req","route":"x/{c}","methods":["GET"]},{"type":"http","direction":"out","name":"res"}""");
        Assert.Contains("also that of A", Assert.Throws<AppConfigurationException>(() => AppDefinition.Load(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Disabled_IsLeftOut()
    {
        Write("host.json", Host);
        Function("A", """{"type":"activityTrigger","name":"input"}""");
        Function("B", """{"type":"activityTrigger","name":"input"}""");
        Write("local.settings.json", """{"Values":{"AzureWebJobs.B.Disabled":"true"}}""");
        Assert.Equal("A", Assert.Single(AppDefinition.Load(_folder.FullName).Functions).Name);
    }

    [Fact]
    public void Load_NoFunction_SaysSo()
    {
        Write("host.json", Host);
        Assert.Contains("no */function.json", Assert.Throws<AppConfigurationException>(() => AppDefinition.Load(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("%A%", "1")]
    [InlineData("x-%A%-%b%", "x-1-2")]
    [InlineData("50%", "50%")]
    [InlineData("%C__D%", "3")]
    public void Resolve_ReplacesSettings(string text, string expected)
    {
        var settings = new AppSettings([new("A", "1"), new("B", "2"), new("C:D", "3")]);
        var missing = new List<string>();
        Assert.Equal(expected, settings.Resolve(text, missing));
        Assert.Empty(missing);
    }

    private void Function(string name, string bindings) => Write(name + "/function.json", $$"""{"bindings":[{{bindings}}]}""");

    private void Write(string path, string text)
    {
        path = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

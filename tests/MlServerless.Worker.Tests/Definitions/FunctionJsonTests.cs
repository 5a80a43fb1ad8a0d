using System.Diagnostics;
using System.Text.Json.Nodes;
using MlServerless.Worker.Tests.Hosting;

namespace MlServerless.Worker.Tests.Definitions;

/// <summary>The build's own output for the tests' app, and its tool against an assembly full of mistakes (this one).</summary>
public sealed class FunctionJsonTests
{
    private static readonly string App = AppProcess.OutputOf("MlServerless.Worker.Tests.App");

    [Theory]
    [InlineData("Greet", """{"bindings":[{"type":"httpTrigger","direction":"in","name":"req","authLevel":"function","methods":["get","post"],"route":"api/greet/{name}"},{"type":"http","direction":"out","name":"res"}]}""")]
    [InlineData("OnMessage", """{"bindings":[{"type":"queueTrigger","direction":"in","name":"message","queueName":"work","connection":"WorkStorage"},{"type":"durableClient","direction":"out","name":"starter"}]}""")]
    [InlineData("Tick", """{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"%TickSchedule%"}]}""")]
    [InlineData("Twice", """{"bindings":[{"type":"orchestrationTrigger","direction":"in","name":"context"}]}""")]
    [InlineData("Echo", """{"bindings":[{"type":"activityTrigger","direction":"in","name":"input"}]}""")]
    public void Build_OfAnApp_WritesFunctionJsonNextToTheExecutable(string function, string json)
    {
        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(App, function, "function.json")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), written), written?.ToJsonString());
    }

    [Fact]
    public void Build_OfAnApp_WritesOneFolderForEachFunctionAndHostJson()
    {
        var folders = Directory.GetDirectories(App).Where(d => File.Exists(Path.Combine(d, "function.json"))).Select(Path.GetFileName);
        Assert.Equal(["Echo", "Greet", "OnMessage", "Quit", "Tick", "Twice"], folders.Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(App, "host.json")));
    }

    [Fact]
    public async Task Tool_WrongFunctions_FailsWithEveryErrorAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = await RunToolAsync(folder, typeof(FunctionJsonTests).Assembly.Location);
        Assert.NotEqual(0, code);
        var errors = output.Split('\n').Where(l => l.StartsWith("MlServerless.Worker : error MLSW0001: ", StringComparison.Ordinal)).ToList();
        Assert.Contains(errors, e => e.Contains("'StreamInput'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'Twin' is used more than once", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(errors, e => e.Contains("callers could invoke it", StringComparison.Ordinal));
        Assert.True(errors.Count > 15);
        Assert.False(Directory.Exists(folder.Of("out")));
        Assert.False(File.Exists(folder.Of("manifest")));
    }

    [Fact]
    public async Task Tool_SecondRun_KeepsUnchangedFilesAndDropsStaleFolders()
    {
        using var folder = new TemporaryFolder();
        var assembly = Path.Combine(App, "MlServerless.Worker.Tests.App.dll");
        Assert.Equal(0, (await RunToolAsync(folder, assembly)).Code);
        var file = Path.Combine(folder.Of("out"), "Echo", "function.json");
        var past = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, past);
        Directory.CreateDirectory(Path.Combine(folder.Of("out"), "Removed"));
        Assert.Equal(0, (await RunToolAsync(folder, assembly)).Code);
        Assert.Equal(past, File.GetLastWriteTimeUtc(file));
        Assert.False(Directory.Exists(Path.Combine(folder.Of("out"), "Removed")));
        Assert.Equal("Echo/function.json", File.ReadLines(folder.Of("manifest")).First());
    }

    private static async Task<(int Code, string Output)> RunToolAsync(TemporaryFolder folder, string assembly)
    {
        // What the compiler is given as references; here the running framework serves.
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(p => p != assembly);
        await File.WriteAllLinesAsync(folder.Of("references"), references);
        await File.WriteAllTextAsync(folder.Of("host.json"), """{"extensions":{"http":{"routePrefix":""}}}""");
        var tool = Path.Combine(AppProcess.OutputOf("MlServerless.Worker.Build"), "MlServerless.Worker.Build.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, assembly, folder.Of("references"), folder.Of("host.json"), folder.Of("out"), folder.Of("manifest")]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}

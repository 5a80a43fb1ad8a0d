using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;

namespace MlServerless.EndToEnd;

public sealed class PublishFolderTests
{
    [Fact]
    public void Publish_HoldsWhatTheHostReads()
    {
        JsonObject host = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppPublish.Folder, "host.json")))!.AsObject();
        string executable = Path.Combine(AppPublish.Folder, host.Text("customHandler.description.defaultExecutablePath"));
        Assert.True(File.GetUnixFileMode(executable).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute), $"{executable} cannot be executed");

        // Self-contained: the runtime lies beside it, and what it asks for is no framework of the machine.
        Assert.True(File.Exists(Path.Combine(AppPublish.Folder, "libcoreclr.so")));
        JsonObject runtime = JsonNode.Parse(File.ReadAllBytes(executable + ".runtimeconfig.json"))!.AsObject();
        Assert.NotNull(runtime.Find("runtimeOptions.includedFrameworks"));
        Assert.Null(runtime.Find("runtimeOptions.framework"));
    }

    [Fact]
    public void Publish_HoldsAFunctionJsonForEveryFunctionAttribute()
    {
        string[] inCode = [.. FunctionNames.InAssembly(Path.Combine(AppPublish.Folder, "MlServerless.Functions.dll")).Order(StringComparer.Ordinal)];
        string[] inFolders = [.. Directory.EnumerateFiles(AppPublish.Folder, "function.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(AppPublish.Folder, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];

        Assert.NotEmpty(inCode);
        Assert.Equal(inCode, inFolders);
        foreach (string name in inFolders)
        {
            JsonObject function = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppPublish.Folder, name, "function.json")))!.AsObject();
            Assert.Single(function.Objects("bindings"), binding => binding.Text("type").EndsWith("Trigger", StringComparison.Ordinal));
        }
    }
}

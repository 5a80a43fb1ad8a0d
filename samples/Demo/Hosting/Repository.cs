namespace MlServerless.Demo.Hosting;

/// <summary>Where the clone is that this program was built in.</summary>
internal static class Repository
{
    /// <summary>The DevHost, which the build of the demo has built in the same configuration.</summary>
    public static string DevHostAssembly()
    {
        // …/samples/Demo/bin/{configuration}/{framework}/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string framework = output.Name;
        string configuration = output.Parent?.Name ?? "";
        string path = Path.Combine(Root(), "src", "MlServerless.DevHost", "bin", configuration, framework, "MlServerless.DevHost.dll");
        return File.Exists(path)
            ? path
            : throw new DemoException($"The DevHost is not at {path}. Start the demo with: dotnet run -c Release --project samples/Demo");
    }

    /// <summary>The folder of <c>MlServerless.sln</c>.</summary>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MlServerless.sln")))
                return folder.FullName;
        }
        throw new DemoException($"No MlServerless.sln is above {AppContext.BaseDirectory}: the demo runs from a clone of the repository.");
    }
}

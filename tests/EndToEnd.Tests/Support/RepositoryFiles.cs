namespace MlServerless.EndToEnd.Support;

/// <summary>The files that this was built from.</summary>
internal static class RepositoryFiles
{
    private static readonly string Root = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(Path(parts));

    private static string Find()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "MlServerless.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}

namespace MlServerless.Package;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("Run this in the repository: no MlServerless.sln was found above.");

    private static string? Above(string from)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MlServerless.sln")))
                return folder.FullName;
        }

        return null;
    }
}

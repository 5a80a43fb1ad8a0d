namespace MlServerless.DevHost.Azurite;

/// <summary>The pinned npm package of the storage emulator, which weighs some 350 MB.</summary>
internal static class AzuritePackage
{
    private static readonly NodePackage Package = new(
        Source, "azurite", "the storage emulator Azurite", Path.Combine("azurite", "dist", "src", "azurite.js"));

    /// <summary>The folder beside the program with <c>package.json</c>, its lock file and the start script.</summary>
    public static string Source => Path.Combine(AppContext.BaseDirectory, "Azurite");

    public static string CacheRoot => NodePackage.CacheRoot;

    /// <summary>Installs the package unless it is there.</summary>
    /// <returns>The path of Azurite's main script.</returns>
    /// <exception cref="AzuriteException">The installation failed.</exception>
    public static Task<string> EnsureAsync(Action<string>? onProgress, CancellationToken cancellationToken) =>
        Package.EnsureAsync(onProgress, cancellationToken);
}

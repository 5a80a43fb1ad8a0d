using System.IO.Compression;
using System.Reflection;
using MlServerless.Package;

namespace MlServerless.EndToEnd.Support;

/// <summary>What the build of this project has put in place.</summary>
internal static class AppPublish
{
    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <summary>The function app as it is deployed: published, packed and unpacked again, so that the tests run what the zip holds.</summary>
    public static string Folder => Unpacked.Value;

    /// <summary>The function app as it was published.</summary>
    public static string Published { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    /// <summary>The zip that <see cref="Folder"/> came from.</summary>
    public static string Zip { get; } = Path.Combine(AppContext.BaseDirectory, "app.zip");

    /// <summary>The program that stands in for the Functions host.</summary>
    public static string DevHost { get; } = typeof(AppPublish).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "DevHost").Value!;

    private static string Unpack()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "app-unpacked");
        string published = Path.Combine(AppContext.BaseDirectory, "app.published");
        if (File.Exists(Zip) && Directory.Exists(folder) && File.GetLastWriteTimeUtc(Zip) > File.GetLastWriteTimeUtc(published))
            return folder;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        byte[] zip = AppPackage.Pack(Published);
        using (var stream = new MemoryStream(zip))
            ZipFile.ExtractToDirectory(stream, folder);

        // Last, so that a run that was broken off begins anew.
        File.WriteAllBytes(Zip, zip);
        return folder;
    }
}

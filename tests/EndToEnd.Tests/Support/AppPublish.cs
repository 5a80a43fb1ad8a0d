using System.Reflection;

namespace MlServerless.EndToEnd.Support;

/// <summary>What the build of this project has put in place.</summary>
internal static class AppPublish
{
    /// <summary>The function app as it is deployed.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    /// <summary>The program that stands in for the Functions host.</summary>
    public static string DevHost { get; } = typeof(AppPublish).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "DevHost").Value!;
}

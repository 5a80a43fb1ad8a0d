using System.Reflection;

namespace MlServerless.Functions.Http;

/// <summary>What this app calls itself.</summary>
internal static class Product
{
    /// <summary>The version that it was built as, without what build servers add to it.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}

using System.Reflection;

namespace MlServerless.Soak.Fuzz;

/// <summary>The specs of the samples.</summary>
internal static class SampleSpecs
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }),
    ];
}

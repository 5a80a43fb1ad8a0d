using System.Text.Json;

namespace MlServerless.Functions.Security;

/// <summary>Whether the package was made with keys: whether the host demands one before a protected function.</summary>
internal static class PackagedKeys
{
    /// <param name="root">The app's folder, with a function.json for every function.</param>
    /// <returns>False only where a function.json says that anybody may call.</returns>
    public static bool AreDemanded(string root, string function)
    {
        string file = Path.Combine(root, function, "function.json");
        if (!File.Exists(file))
            return true;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return !document.RootElement.GetProperty("bindings").EnumerateArray().Any(binding => binding.TryGetProperty("authLevel", out JsonElement level) && level.GetString() == "anonymous");
    }
}

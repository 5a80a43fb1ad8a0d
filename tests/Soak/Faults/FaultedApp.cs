namespace MlServerless.Soak.Faults;

/// <summary>An app under a host, whose storage calls go through the proxy.</summary>
/// <param name="Client">With the host's address and key.</param>
/// <param name="Storage">The connection string by which everybody else reaches storage.</param>
/// <param name="MasterKey">By which timers are fired.</param>
internal sealed record FaultedApp(HttpClient Client, string Storage, string MasterKey, FaultProxy Proxy)
{
    /// <summary>Settings with which faults are told and mended within seconds.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["MlServerless__StorageTimeout"] = "00:00:02",
        ["MlServerless__ClaimDeadline"] = "00:00:05",
        ["MlServerless__StepDeadline"] = "00:00:20",
        ["MlServerless__EventDeadline"] = "00:00:10",
    };

    /// <summary>Copies an app's publish folder and tells the copy of the proxy, which its host does not use.</summary>
    public static string CopyWithProxy(string app, Uri proxy, string folder)
    {
        foreach (string path in Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(app, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy, overwrite: true);
        }

        string settings = string.Join(",", Settings.Append(KeyValuePair.Create("HTTP_PROXY", proxy.AbsoluteUri)).Select(setting => $"\"{setting.Key}\":\"{setting.Value}\""));
        File.WriteAllText(Path.Combine(folder, "local.settings.json"), $"{{\"IsEncrypted\":false,\"Values\":{{{settings}}}}}");
        return folder;
    }
}

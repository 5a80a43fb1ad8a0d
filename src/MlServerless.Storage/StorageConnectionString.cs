namespace MlServerless.Storage;

/// <summary>The parts of a connection string that the table client needs; blobs and queues take it as it is.</summary>
internal sealed record StorageConnectionString(string AccountName, string AccountKey, Uri TableEndpoint)
{
    private const string DevelopmentAccount = "devstoreaccount1";

    // Published by Microsoft and the same everywhere, hence no secret.
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <returns>Null after adding what is wrong to <paramref name="errors"/>. Keys are not repeated there.</returns>
    public static StorageConnectionString? Parse(string text, List<string> errors)
    {
        int before = errors.Count;
        Dictionary<string, string> parts = Split(text, errors);
        if (parts.TryGetValue("UseDevelopmentStorage", out string? development) && string.Equals(development, "true", StringComparison.OrdinalIgnoreCase))
        {
            return new StorageConnectionString(DevelopmentAccount, DevelopmentKey, new Uri($"http://127.0.0.1:10002/{DevelopmentAccount}"));
        }

        if (parts.ContainsKey("SharedAccessSignature"))
        {
            errors.Add($"{StorageSettings.SettingName} holds a shared access signature, which cannot create what is missing. Use an identity ({StorageSettings.SettingName}__blobServiceUri, __queueServiceUri, __tableServiceUri) or a connection string with AccountName and AccountKey.");
            return null;
        }

        string name = Required(parts, "AccountName", errors);
        string key = Required(parts, "AccountKey", errors);
        if (key.Length > 0 && !Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            errors.Add($"AccountKey in {StorageSettings.SettingName} is not base64. Copy the connection string again.");
        }

        Uri? endpoint = TableEndpointOf(parts, name, errors);
        return errors.Count == before ? new StorageConnectionString(name, key, endpoint!) : null;
    }

    private static Dictionary<string, string> Split(string text, List<string> errors)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2) is [string name, string value])
            {
                parts[name.Trim()] = value.Trim();
            }
            else
            {
                errors.Add($"{StorageSettings.SettingName} is no connection string: a part of it has no '='. Write it as Name=value;Name=value, or UseDevelopmentStorage=true.");
            }
        }

        return parts;
    }

    private static string Required(Dictionary<string, string> parts, string name, List<string> errors)
    {
        if (parts.TryGetValue(name, out string? value) && value.Length > 0)
        {
            return value;
        }

        errors.Add($"{StorageSettings.SettingName} has no {name}. Copy the whole connection string, or write UseDevelopmentStorage=true.");
        return "";
    }

    private static Uri? TableEndpointOf(Dictionary<string, string> parts, string account, List<string> errors)
    {
        string text = parts.TryGetValue("TableEndpoint", out string? given)
            ? given
            : $"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{parts.GetValueOrDefault("EndpointSuffix", "core.windows.net")}";
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint) || account.Length == 0)
        {
            return endpoint;
        }

        errors.Add($"The table address in {StorageSettings.SettingName} is '{text}', which is no address. Write TableEndpoint=https://ACCOUNT.table.core.windows.net.");
        return null;
    }
}

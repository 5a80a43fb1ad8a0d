using Microsoft.Extensions.Configuration;

namespace MlServerless.Storage;

/// <summary>Where the storage account is and who asks: a connection string (emulator), or three addresses and an identity (Azure).</summary>
public sealed record StorageSettings
{
    /// <summary>The setting that the Functions host itself reads.</summary>
    public const string SettingName = "AzureWebJobsStorage";

    /// <summary>With an account key, or <c>UseDevelopmentStorage=true</c>; null where an identity is used.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Such as <c>https://account.blob.core.windows.net</c>.</summary>
    public Uri? BlobServiceUri { get; init; }

    public Uri? QueueServiceUri { get; init; }

    public Uri? TableServiceUri { get; init; }

    /// <summary><c>managedidentity</c>, or null to try what this machine has (environment, workload or managed identity, developer tools).</summary>
    public string? Credential { get; init; }

    /// <summary>The client id of a user-assigned identity; null for the system-assigned one.</summary>
    public string? ClientId { get; init; }

    public StorageNames Names { get; init; } = new();

    /// <summary>How long a request may go without an answer before it is sent again; null for what suits its size.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Reads <c>AzureWebJobsStorage</c> in all the forms that the Functions host knows for it.</summary>
    /// <exception cref="StorageSettingsException">Something is missing or wrong.</exception>
    public static StorageSettings FromConfiguration(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IConfigurationSection section = configuration.GetSection(SettingName);
        if (section.Value is { Length: > 0 } connectionString)
        {
            var settings = new StorageSettings { ConnectionString = connectionString };
            settings.Check();
            return settings;
        }

        var errors = new List<string>();
        var identity = new StorageSettings
        {
            BlobServiceUri = ServiceUri(section, "blob", errors),
            QueueServiceUri = ServiceUri(section, "queue", errors),
            TableServiceUri = ServiceUri(section, "table", errors),
            Credential = NullIfEmpty(section["credential"]),
            ClientId = NullIfEmpty(section["clientId"]),
        };
        identity.Check(errors);
        return identity;
    }

    /// <summary>Says where the account is, but no key.</summary>
    public override string ToString() =>
        ConnectionString is null ? $"{BlobServiceUri} {QueueServiceUri} {TableServiceUri}" : "an account by connection string";

    /// <exception cref="StorageSettingsException">Something is missing or wrong.</exception>
    internal void Check() => Check([]);

    private void Check(List<string> errors)
    {
        if (ConnectionString is not null)
        {
            StorageConnectionString.Parse(ConnectionString, errors);
        }
        else
        {
            RequireUri(BlobServiceUri, "blob", errors);
            RequireUri(QueueServiceUri, "queue", errors);
            RequireUri(TableServiceUri, "table", errors);
            if (Credential is not null && !IsManagedIdentity)
            {
                errors.Add($"{SettingName}__credential is '{Credential}'. Set it to 'managedidentity', or remove it to use what this machine is signed in with.");
            }
        }

        if (errors.Count > 0)
        {
            throw new StorageSettingsException([.. errors.Distinct(StringComparer.Ordinal)]);
        }
    }

    internal bool IsManagedIdentity => string.Equals(Credential, "managedidentity", StringComparison.OrdinalIgnoreCase);

    private static Uri? ServiceUri(IConfigurationSection section, string service, List<string> errors)
    {
        string name = $"{service}ServiceUri";
        if (NullIfEmpty(section[name]) is { } text)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
            {
                return uri;
            }

            errors.Add($"{SettingName}__{name} is '{text}', which is no address. Write it as https://ACCOUNT.{service}.core.windows.net.");
            return null;
        }

        return NullIfEmpty(section["accountName"]) is { } account && Uri.TryCreate($"https://{account}.{service}.core.windows.net", UriKind.Absolute, out Uri? derived)
            ? derived
            : null;
    }

    private static void RequireUri(Uri? uri, string service, List<string> errors)
    {
        string name = $"{SettingName}__{service}ServiceUri";
        if (uri is null)
        {
            if (!errors.Exists(error => error.StartsWith(name, StringComparison.Ordinal)))
            {
                errors.Add($"{name} is missing. Set it to https://ACCOUNT.{service}.core.windows.net, or set {SettingName} to a connection string (UseDevelopmentStorage=true for a local emulator).");
            }
        }
        else if (uri.Scheme != Uri.UriSchemeHttps)
        {
            errors.Add($"{name} is '{uri}'. An identity is only shown over https: write https://….");
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

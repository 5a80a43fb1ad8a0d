using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MlServerless.DevHost.Configuration;

/// <summary>
/// The application settings: the environment, filled up with the <c>Values</c> of <c>local.settings.json</c> that the
/// environment does not define. Names ignore case; <c>__</c> and <c>:</c> separate alike.
/// </summary>
internal sealed class AppSettings
{
    private const string FileName = "local.settings.json";

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public AppSettings(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
            _values[name] = value;
    }

    /// <summary>Settings that come from the file or from <see cref="Set"/>, not from the inherited environment.</summary>
    public IReadOnlyDictionary<string, string> Added => _added;

    private readonly Dictionary<string, string> _added = new(StringComparer.OrdinalIgnoreCase);

    public static AppSettings Load(string appFolder, List<ConfigurationProblem> problems)
    {
        var environment = new List<KeyValuePair<string, string>>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            environment.Add(new((string)entry.Key, (string?)entry.Value ?? ""));
        var settings = new AppSettings(environment);
        var path = Path.Combine(appFolder, FileName);
        if (File.Exists(path) && JsonFile.Read(path, FileName, problems) is { } file)
            settings.AddFile(file, problems);
        return settings;
    }

    private void AddFile(JsonFile file, List<ConfigurationProblem> problems)
    {
        if (file.Root["IsEncrypted"] is { } encrypted && encrypted.GetValueKind() == System.Text.Json.JsonValueKind.True)
        {
            problems.Add(file.Problem(encrypted, "is encrypted and cannot be read; run `func settings decrypt` or set IsEncrypted to false."));
            return;
        }

        if (file.Root["Values"] is not { } values)
            return;
        if (values is not System.Text.Json.Nodes.JsonObject map)
        {
            problems.Add(file.Problem(values, "Values must be an object of strings."));
            return;
        }

        foreach (var (name, value) in map)
        {
            if (value?.GetValueKind() != System.Text.Json.JsonValueKind.String)
                problems.Add(file.Problem(value ?? map, $"Values.{name} must be a string."));
            else if (!_values.ContainsKey(name))
                Set(name, value.GetValue<string>());
        }
    }

    public void Set(string name, string value) => _values[name] = _added[name] = value;

    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        if (_values.TryGetValue(name, out value) || _values.TryGetValue(name.Replace(":", "__", StringComparison.Ordinal), out value))
            return true;
        return _values.TryGetValue(name.Replace("__", ":", StringComparison.Ordinal), out value);
    }

    public string? Get(string name) => TryGet(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>
    /// The connection string that <paramref name="connection"/> (the <c>connection</c> of a binding) stands for: the setting of
    /// that name or of that name after <c>AzureWebJobs</c>; null when there is neither.
    /// </summary>
    public string? Connection(string? connection)
    {
        var name = string.IsNullOrEmpty(connection) ? "AzureWebJobsStorage" : connection;
        return Get(name) ?? Get("AzureWebJobs" + name);
    }

    /// <summary>Replaces each <c>%NAME%</c> by the setting of that name; collects the names that are not set.</summary>
    public string Resolve(string text, ICollection<string> missing)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('%', at);
            var close = open < 0 ? -1 : text.IndexOf('%', open + 1);
            if (close < 0)
            {
                result.Append(text, at, text.Length - at);
                break;
            }

            result.Append(text, at, open - at);
            var name = text[(open + 1)..close];
            if (TryGet(name, out var value) && value.Length > 0)
                result.Append(value);
            else
                missing.Add(name);
            at = close + 1;
        }

        return result.ToString();
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.DevHost.Keys;

/// <summary>
/// The keys that open functions: the master key, one for all functions (host), one per HTTP function, one for the durable HTTP API
/// (system). Made once and kept in a file that only its owner reads.
/// </summary>
internal sealed class KeyStore
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Dictionary<string, string> _functions;

    private KeyStore(string master, string host, string system, Dictionary<string, string> functions)
    {
        Master = master;
        Host = host;
        System = system;
        _functions = functions;
    }

    public string Master { get; }

    public string Host { get; }

    /// <summary>Key of the durable extension's HTTP API.</summary>
    public string System { get; }

    public IReadOnlyDictionary<string, string> Functions => _functions;

    /// <summary>Reads the keys, adds those that are missing and writes them back.</summary>
    public static KeyStore Load(string path, IEnumerable<string> httpFunctions)
    {
        var root = Read(path);
        var changed = false;
        string Key(string name) => Member(root, name, ref changed);
        var (master, host, system) = (Key("masterKey"), Key("hostKey"), Key("durabletask_extension"));
        if (root["functions"] is not JsonObject functions)
            root["functions"] = functions = [];
        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in httpFunctions)
            known[function] = Member(functions, function, ref changed);
        if (changed)
            Write(path, root.ToJsonString(Indented));
        return new(master, host, system, known);
    }

    /// <summary>True when <paramref name="key"/> opens <paramref name="function"/> at its level.</summary>
    public bool Opens(string function, AuthorizationLevel level, string? key) => level switch
    {
        AuthorizationLevel.Anonymous => true,
        AuthorizationLevel.Function => IsMaster(key) || Same(key, Host) || (_functions.TryGetValue(function, out var own) && Same(key, own)),
        _ => IsMaster(key),
    };

    public bool IsMaster(string? key) => Same(key, Master);

    public bool OpensSystem(string? key) => IsMaster(key) || Same(key, System);

    private static bool Same(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static string Member(JsonObject from, string name, ref bool changed)
    {
        if (from[name] is { } node && node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is { Length: > 0 } key)
            return key;
        changed = true;
        // URL-safe, as it also travels as ?code=.
        key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        from[name] = key;
        return key;
    }

    private static JsonObject Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [];
        }
        catch (JsonException e)
        {
            throw new StartupException($"The keys in {path} cannot be read ({e.Message}). Delete the file to have new keys made.", e);
        }
    }

    private static void Write(string path, string text)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options))
            writer.Write(text);
        File.Move(temporary, path, overwrite: true);
    }
}

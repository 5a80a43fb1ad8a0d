using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.DevHost.Configuration;

/// <summary>Reads and checks host.json; every problem is collected with its line.</summary>
internal sealed class HostJsonReader
{
    private static readonly string[] KnownSections =
    [
        "version", "functionTimeout", "telemetryMode", "extensionBundle", "customHandler", "extensions", "logging",
        "aggregator", "concurrency", "functions", "healthMonitor", "managedDependency", "retry", "singleton",
        "watchDirectories", "watchFiles", "$schema",
    ];

    private static readonly SearchValues<char> NotInAPath = SearchValues.Create("{}?#* ");

    private readonly JsonFile _file;
    private readonly AppSettings _settings;
    private readonly List<ConfigurationProblem> _problems;
    private readonly ICollection<string> _notes;

    private HostJsonReader(JsonFile file, AppSettings settings, List<ConfigurationProblem> problems, ICollection<string> notes)
    {
        _file = file;
        _settings = settings;
        _problems = problems;
        _notes = notes;
    }

    /// <param name="notes">Receives what is allowed but has no effect here.</param>
    public static HostSettings Read(
        JsonFile file, string appFolder, AppSettings settings, List<ConfigurationProblem> problems, ICollection<string> notes) =>
        new HostJsonReader(file, settings, problems, notes).Read(appFolder);

    private HostSettings Read(string appFolder)
    {
        var root = _file.Root;
        if (root["version"] is not { } version || Text(version) != "2.0")
            Problem(root["version"] ?? root, "version must be \"2.0\".");
        foreach (var (name, _) in root)
        {
            if (!KnownSections.Contains(name, StringComparer.OrdinalIgnoreCase))
                _notes.Add($"host.json: section '{name}' is not known here and is left out.");
        }

        Bundle(Section(root, "extensionBundle"));
        if (root["telemetryMode"] is { } mode && Text(mode) is not ("OpenTelemetry" or "ApplicationInsights"))
            Problem(mode, "telemetryMode must be \"OpenTelemetry\" or \"ApplicationInsights\".");
        var extensions = Section(root, "extensions");
        foreach (var (name, _) in extensions ?? [])
        {
            if (name is not ("http" or "queues" or "durableTask"))
                _notes.Add($"host.json: extension '{name}' is not simulated here.");
        }

        return new HostSettings
        {
            FunctionTimeout = FunctionTimeout(root["functionTimeout"]),
            RoutePrefix = RoutePrefix(Section(extensions, "http")),
            Handler = Handler(Section(root, "customHandler"), appFolder),
            Queues = Queues(Section(extensions, "queues")),
            Durable = Durable(Section(extensions, "durableTask")),
        };
    }

    private void Bundle(JsonObject? bundle)
    {
        if (bundle is null)
            return;
        if (bundle["id"] is not { } id || !(Text(id) ?? "").StartsWith("Microsoft.Azure.Functions.ExtensionBundle", StringComparison.Ordinal))
            Problem(bundle["id"] ?? bundle, "extensionBundle.id must be \"Microsoft.Azure.Functions.ExtensionBundle\".");
        if (bundle["version"] is not { } version || Text(version) is not { } range || !IsVersionRange(range))
            Problem(bundle["version"] ?? bundle, "extensionBundle.version must be a version range such as \"[4.*, 5.0.0)\".");
    }

    private static bool IsVersionRange(string text)
    {
        var inner = text.Trim();
        if (inner.Length > 2 && inner[0] is '[' or '(')
        {
            if (inner[^1] is not (']' or ')'))
                return false;
            inner = inner[1..^1];
        }

        return inner.Split(',').All(part => part.Trim() is var v && v.Length > 0 && v.All(c => char.IsAsciiDigit(c) || c is '.' or '*'));
    }

    private TimeSpan? FunctionTimeout(JsonNode? node)
    {
        if (node is null)
            return TimeSpan.FromMinutes(30);
        if (Text(node) is "-1" || (node.GetValueKind() == JsonValueKind.Number && node.GetValue<double>() == -1))
            return null;
        return Duration(node, "functionTimeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
    }

    private string RoutePrefix(JsonObject? http)
    {
        if (http?["routePrefix"] is not { } node)
            return "api";
        if (Text(node) is not { } prefix || prefix.AsSpan().ContainsAny(NotInAPath))
        {
            Problem(node, "extensions.http.routePrefix must be a plain path such as \"api\", or \"\".");
            return "api";
        }

        return prefix.Trim('/');
    }

    private CustomHandlerSettings Handler(JsonObject? handler, string appFolder)
    {
        var defaults = new CustomHandlerSettings();
        if (handler is null)
        {
            Problem(_file.Root, "customHandler is missing: only apps that run as a custom handler can be served.");
            return defaults;
        }

        var description = Section(handler, "description");
        var path = description?["defaultExecutablePath"] is { } node ? Text(node) : null;
        if (string.IsNullOrEmpty(path))
            Problem(description?["defaultExecutablePath"] ?? description ?? handler, "customHandler.description.defaultExecutablePath must name the app's executable.");
        else if (FindExecutable(appFolder, path) is null)
            Problem(description!["defaultExecutablePath"], $"the executable '{path}' is not in {appFolder}; publish the app first.");

        return defaults with
        {
            ExecutablePath = path is { Length: > 0 } ? FindExecutable(appFolder, path) ?? path : "",
            WorkingDirectory = description?["workingDirectory"] is { } dir ? Text(dir) ?? "" : "",
            Arguments = Strings(description?["arguments"], "customHandler.description.arguments"),
            EnableForwarding = Flag(handler["enableForwardingHttpRequest"], "customHandler.enableForwardingHttpRequest"),
            EnableProxying = Flag(handler["enableProxyingHttpRequest"], "customHandler.enableProxyingHttpRequest"),
            InitializationTimeout = Duration(
                handler["initializationTimeout"], "customHandler.initializationTimeout", defaults.InitializationTimeout,
                TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
    }

    /// <summary>The executable inside the app, or a bare command name (such as <c>dotnet</c>) that the PATH finds.</summary>
    private static string? FindExecutable(string appFolder, string path)
    {
        var inside = Path.GetFullPath(Path.Combine(appFolder, path));
        if (File.Exists(inside))
            return inside;
        if (OperatingSystem.IsWindows() && File.Exists(inside + ".exe"))
            return inside + ".exe";
        if (path.AsSpan().ContainsAny('/', '\\'))
            return null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(File.Exists);
    }

    private QueueSettings Queues(JsonObject? queues)
    {
        var defaults = new QueueSettings();
        if (queues is null)
            return defaults;
        Known(queues, "extensions.queues", "batchSize", "newBatchThreshold", "maxDequeueCount", "visibilityTimeout", "maxPollingInterval", "messageEncoding");
        var batch = Integer(queues["batchSize"], "extensions.queues.batchSize", defaults.BatchSize, 1, 32);
        var encoding = queues["messageEncoding"] is { } node ? Text(node) : "base64";
        if (encoding?.ToUpperInvariant() is not ("BASE64" or "NONE"))
            Problem(queues["messageEncoding"], "extensions.queues.messageEncoding must be \"base64\" or \"none\".");
        return new QueueSettings
        {
            BatchSize = batch,
            NewBatchThreshold = Integer(queues["newBatchThreshold"], "extensions.queues.newBatchThreshold", batch / 2, 0, 1000),
            MaxDequeueCount = Integer(queues["maxDequeueCount"], "extensions.queues.maxDequeueCount", defaults.MaxDequeueCount, 1, 1_000_000),
            VisibilityTimeout = Duration(queues["visibilityTimeout"], "extensions.queues.visibilityTimeout", defaults.VisibilityTimeout, TimeSpan.Zero, TimeSpan.FromDays(7)),
            MaxPollingInterval = Duration(queues["maxPollingInterval"], "extensions.queues.maxPollingInterval", defaults.MaxPollingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            Base64 = !string.Equals(encoding, "none", StringComparison.OrdinalIgnoreCase),
        };
    }

    private DurableSettings Durable(JsonObject? durable)
    {
        var defaults = new DurableSettings();
        if (durable is null)
            return defaults;
        var hub = defaults.HubName;
        if (durable["hubName"] is { } node)
        {
            var missing = new List<string>();
            hub = _settings.Resolve(Text(node) ?? "", missing);
            foreach (var name in missing)
                Problem(node, $"extensions.durableTask.hubName: the setting '{name}' is not set.");
            if (missing.Count == 0 && (hub.Length is < 1 or > 45 || !char.IsAsciiLetter(hub[0]) || !hub.All(char.IsAsciiLetterOrDigit)))
                Problem(node, "extensions.durableTask.hubName must begin with a letter and hold 1 to 45 letters and digits.");
        }

        if (Section(durable, "storageProvider") is { } provider)
        {
            if (provider["type"] is { } type && !string.Equals(Text(type), "azureStorage", StringComparison.OrdinalIgnoreCase))
                _notes.Add($"host.json: durable storage provider '{Text(type)}' is replaced by the DevHost's own task hub.");
            Integer(provider["partitionCount"], "extensions.durableTask.storageProvider.partitionCount", 4, 1, 16);
            if (provider["queueClientMessageEncoding"] is { } encoding && Text(encoding)?.ToUpperInvariant() is not ("UTF8" or "BASE64"))
                Problem(encoding, "extensions.durableTask.storageProvider.queueClientMessageEncoding must be \"UTF8\" or \"Base64\".");
        }

        if (Section(durable, "tracing") is { } tracing)
        {
            Flag(tracing["distributedTracingEnabled"], "extensions.durableTask.tracing.distributedTracingEnabled");
            if (tracing["version"] is { } version && Text(version)?.ToUpperInvariant() is not ("NONE" or "V1" or "V2"))
                Problem(version, "extensions.durableTask.tracing.version must be \"None\", \"V1\" or \"V2\".");
        }

        return new DurableSettings
        {
            HubName = hub,
            MaxConcurrentActivities = Integer(durable["maxConcurrentActivityFunctions"], "extensions.durableTask.maxConcurrentActivityFunctions", defaults.MaxConcurrentActivities, 1, 10_000),
            MaxConcurrentOrchestrators = Integer(durable["maxConcurrentOrchestratorFunctions"], "extensions.durableTask.maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestrators, 1, 10_000),
        };
    }

    private JsonObject? Section(JsonObject? parent, string name)
    {
        if (parent?[name] is not { } node)
            return null;
        if (node is JsonObject section)
            return section;
        Problem(node, $"'{name}' must be an object.");
        return null;
    }

    private void Known(JsonObject section, string name, params string[] known)
    {
        foreach (var (property, _) in section)
        {
            if (!known.Contains(property, StringComparer.OrdinalIgnoreCase))
                _notes.Add($"host.json: '{name}.{property}' is not known here and is left out.");
        }
    }

    private List<string> Strings(JsonNode? node, string name)
    {
        if (node is null)
            return [];
        if (node is JsonArray array && array.All(item => item?.GetValueKind() == JsonValueKind.String))
            return [.. array.Select(item => item!.GetValue<string>())];
        Problem(node, $"{name} must be an array of strings.");
        return [];
    }

    private bool Flag(JsonNode? node, string name)
    {
        switch (node?.GetValueKind())
        {
            case null or JsonValueKind.False:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                Problem(node, $"{name} must be true or false.");
                return false;
        }
    }

    private int Integer(JsonNode? node, string name, int fallback, int min, int max)
    {
        if (node is null)
            return fallback;
        if (node.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue(out int value) && value >= min && value <= max)
            return value;
        Problem(node, $"{name} must be an integer from {min} to {max}.");
        return fallback;
    }

    private TimeSpan Duration(JsonNode? node, string name, TimeSpan fallback, TimeSpan min, TimeSpan max)
    {
        if (node is null)
            return fallback;
        if (Text(node) is { } text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        Problem(node, $"{name} must be a time such as \"00:00:30\"{(max < TimeSpan.MaxValue ? $" from {min} to {max}" : "")}.");
        return fallback;
    }

    private static string? Text(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private void Problem(JsonNode? at, string message) => _problems.Add(_file.Problem(at, message));
}

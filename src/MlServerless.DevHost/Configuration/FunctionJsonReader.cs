using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Patterns;
using MlServerless.DevHost.Timers;

namespace MlServerless.DevHost.Configuration;

/// <summary>Reads and checks one function.json; every problem is collected with its line.</summary>
internal sealed class FunctionJsonReader
{
    private static readonly Dictionary<string, FunctionKind> Triggers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["httpTrigger"] = FunctionKind.Http,
        ["queueTrigger"] = FunctionKind.Queue,
        ["timerTrigger"] = FunctionKind.Timer,
        ["orchestrationTrigger"] = FunctionKind.Orchestration,
        ["activityTrigger"] = FunctionKind.Activity,
    };

    private readonly string _function;
    private readonly JsonFile _file;
    private readonly AppSettings _settings;
    private readonly List<ConfigurationProblem> _problems;

    private FunctionJsonReader(string function, JsonFile file, AppSettings settings, List<ConfigurationProblem> problems)
    {
        _function = function;
        _file = file;
        _settings = settings;
        _problems = problems;
    }

    /// <summary>The function, or null when it is disabled or has problems.</summary>
    public static FunctionDefinition? Read(string function, JsonFile file, AppSettings settings, List<ConfigurationProblem> problems)
    {
        var disabled = new FunctionBinding("", "", false, file.Root).Flag("disabled") == true
            || string.Equals(settings.Get($"AzureWebJobs.{function}.Disabled"), "true", StringComparison.OrdinalIgnoreCase);
        return disabled ? null : new FunctionJsonReader(function, file, settings, problems).Read();
    }

    private FunctionDefinition? Read()
    {
        var before = _problems.Count;
        if (_file.Root["bindings"] is not JsonArray array || array.Count == 0)
        {
            Problem(_file.Root["bindings"], "bindings must be an array with at least one binding.");
            return null;
        }

        var bindings = array.Select(Binding).OfType<FunctionBinding>().ToList();
        if (_problems.Count > before)
            return null;
        var triggers = bindings.Where(b => Triggers.ContainsKey(b.Type)).ToList();
        if (triggers.Count != 1)
        {
            Problem(array, triggers.Count == 0
                ? $"no trigger found; one binding must be of type {string.Join(", ", Triggers.Keys)}."
                : $"has {triggers.Count} triggers; a function has one.");
            return null;
        }

        foreach (var twice in bindings.GroupBy(b => b.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            Problem(twice.Last().Properties, $"the binding name '{twice.Key}' stands twice.");

        var trigger = triggers[0];
        var kind = Triggers[trigger.Type];
        var outputs = bindings.Where(b => b.Out).ToList();
        var definition = new FunctionDefinition
        {
            Name = _function,
            Kind = kind,
            Trigger = trigger,
            Inputs = [.. bindings.Where(b => !b.Out && b != trigger)],
            Outputs = outputs,
            Http = kind == FunctionKind.Http ? Http(trigger) : null,
            Queue = kind == FunctionKind.Queue ? Queue(trigger) : null,
            Timer = kind == FunctionKind.Timer ? Timer(trigger) : null,
            QueueOutputs = outputs.Where(b => b.Is("queue")).Select(b => (b.Name, Settings: Queue(b)))
                .Where(q => q.Settings is not null).ToDictionary(q => q.Name, q => q.Settings!, StringComparer.Ordinal),
        };
        return _problems.Count > before ? null : definition;
    }

    private FunctionBinding? Binding(JsonNode? node)
    {
        if (node is not JsonObject entry)
        {
            Problem(node, "a binding must be an object.");
            return null;
        }

        var raw = new FunctionBinding("", "", false, entry);
        var type = raw.Text("type");
        var name = raw.Text("name");
        var direction = raw.Text("direction") ?? "in";
        if (string.IsNullOrEmpty(type))
            Problem(entry, "a binding needs a type.");
        if (string.IsNullOrEmpty(name))
            Problem(entry, "a binding needs a name.");
        if (direction.ToUpperInvariant() is not ("IN" or "OUT"))
            Problem(entry["direction"], $"direction '{direction}' must be \"in\" or \"out\".");
        if (string.IsNullOrEmpty(type) || string.IsNullOrEmpty(name))
            return null;

        var binding = new FunctionBinding(type, name, string.Equals(direction, "out", StringComparison.OrdinalIgnoreCase), entry);
        var supported = Triggers.ContainsKey(type) ? !binding.Out
            : binding.Is("durableClient") || (binding.Out && (binding.Is("http") || binding.Is("queue")));
        if (!supported)
        {
            Problem(entry, $"a binding of type '{type}' with direction '{direction}' is not simulated here; what is: "
                + $"{string.Join(", ", Triggers.Keys)} (in), durableClient (in, out), http and queue (out).");
        }

        return binding;
    }

    private HttpTriggerSettings? Http(FunctionBinding trigger)
    {
        var level = AuthorizationLevel.Function;
        if (trigger.Properties["authLevel"] is { } given
            && (trigger.Text("authLevel") is not { } text || !Enum.TryParse(text, ignoreCase: true, out level)
                || !Enum.IsDefined(level) || char.IsAsciiDigit(text[0])))
        {
            Problem(given, "authLevel must be \"anonymous\", \"function\" or \"admin\".");
        }

        var methods = new List<string>();
        if (trigger.Properties["methods"] is { } list)
        {
            if (list is JsonArray items && items.All(m => m?.GetValueKind() == JsonValueKind.String))
                methods.AddRange(items.Select(m => m!.GetValue<string>().ToUpperInvariant()));
            else
                Problem(list, "methods must be an array of HTTP methods.");
        }

        var route = trigger.Text("route");
        if (string.IsNullOrEmpty(route))
            return new(level, methods, _function);
        try
        {
            RoutePatternFactory.Parse(route);
        }
        catch (RoutePatternException e)
        {
            Problem(trigger.Properties["route"], $"route '{route}' is not a route template: {e.Message}");
        }

        return new(level, methods, route.TrimStart('/'));
    }

    private QueueBindingSettings? Queue(FunctionBinding binding)
    {
        if (Resolved(binding, "queueName", required: true) is not { } name)
            return null;
        if (name.Length is < 3 or > 63 || name[0] == '-' || name[^1] == '-' || name.Contains("--", StringComparison.Ordinal)
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            Problem(binding.Properties["queueName"], $"queueName '{name}' must be 3 to 63 lower-case letters, digits and single hyphens.");
        }

        var connection = Resolved(binding, "connection", required: false);
        if (!string.IsNullOrEmpty(connection) && connection != "AzureWebJobsStorage" && _settings.Connection(connection) is null)
            Problem(binding.Properties["connection"], $"the setting '{connection}' with the storage connection string is not set.");
        return new(name, string.IsNullOrEmpty(connection) ? null : connection);
    }

    private TimerTriggerSettings? Timer(FunctionBinding trigger)
    {
        if (Resolved(trigger, "schedule", required: true) is not { } text)
            return null;
        try
        {
            var schedule = TimerSchedule.Parse(text);
            return new(schedule, trigger.Flag("runOnStartup") ?? false, (trigger.Flag("useMonitor") ?? true) && schedule.IsMonitored);
        }
        catch (FormatException e)
        {
            Problem(trigger.Properties["schedule"], $"schedule '{text}': {e.Message}");
            return null;
        }
    }

    private string? Resolved(FunctionBinding binding, string property, bool required)
    {
        if (binding.Text(property) is not { Length: > 0 } text)
        {
            if (required)
                Problem(binding.Properties, $"the {binding.Type} binding '{binding.Name}' needs {property}.");
            return null;
        }

        var missing = new List<string>();
        var resolved = _settings.Resolve(text, missing);
        foreach (var name in missing)
            Problem(binding.Properties[property], $"{property} '{text}': the setting '{name}' is not set (environment or local.settings.json).");
        return missing.Count > 0 ? null : resolved;
    }

    private void Problem(JsonNode? at, string message) => _problems.Add(_file.Problem(at, message));
}
